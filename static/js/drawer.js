// The drawer with the conversations, in a narrow window. While it is open the focus is in it, and nowhere else; the
// browser gives it back to the button.

const WIDE = matchMedia("(min-width: 60rem)") // as in static/css/sidebar.css: there is room for it beside the page

export function keepFocusInDrawer() {
  const drawer = document.getElementById("sidebar")
  drawer?.addEventListener("beforetoggle", ({ newState }) => setApart(drawer, newState === "open"))
  drawer?.addEventListener("toggle", ({ newState }) => { if (newState === "open") drawer.focus() })
  WIDE.addEventListener("change", () => drawer?.hidePopover())
}

function setApart(drawer, isOpen) {
  document.querySelector(".main").inert = isOpen
  drawer.role = isOpen ? "dialog" : "complementary"
  drawer.ariaModal = isOpen ? "true" : null
}
