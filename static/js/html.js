// The one place where HTML enters the page. All of it was rendered and sanitised by our own server.

export function fragment(html) {
  const template = document.createElement("template")
  template.innerHTML = html
  // What is meant for pages without script would be loaded here, out of sight.
  for (const element of template.content.querySelectorAll("noscript")) element.remove()
  return template.content
}

// Puts text where the text of an element ends, however deep that is.
export function appendText(element, text) {
  let last = element
  while (last.lastElementChild && last.lastChild === last.lastElementChild) last = last.lastElementChild
  if (last.lastChild instanceof Text) last.lastChild.appendData(text)
  else last.append(text)
}
