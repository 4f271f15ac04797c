/* The page's facts (its language-neutral id, its milestones, the words of its language) and one way to make elements. */
const page = JSON.parse(document.getElementById("ws-page").textContent);

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
