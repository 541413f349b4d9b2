// The one place where HTML enters the page. All of it was rendered and sanitised by our own server.

// The policy's name stands in our Content-Security-Policy: a browser that knows Trusted Types takes HTML from nowhere else.
const policy = window.trustedTypes?.createPolicy("parley", { createHTML: html => html })

export function fragment(html) {
  const template = document.createElement("template")
  template.innerHTML = policy ? policy.createHTML(html) : html
  removePlain(template.content)
  return template.content
}

// What is meant for pages without script, and would load and show here as well.
export function removePlain(root) {
  for (const element of root.querySelectorAll("noscript, [data-plain]")) element.remove()
}

// Puts text where the text of an element ends, however deep that is.
export function appendText(element, text) {
  let last = element
  while (last.lastElementChild && last.lastChild === last.lastElementChild) last = last.lastElementChild
  if (last.lastChild instanceof Text) last.lastChild.appendData(text)
  else last.append(text)
}
