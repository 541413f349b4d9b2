// The drawer with the conversations, in a narrow window. While it is open the focus is in it, and nowhere else; the
// browser gives it back to the button.

export function keepFocusInDrawer() {
  const drawer = document.getElementById("sidebar")
  drawer?.addEventListener("beforetoggle", ({ newState }) => { document.querySelector(".main").inert = newState === "open" })
  drawer?.addEventListener("toggle", ({ newState }) => { if (newState === "open") drawer.focus() })
}
