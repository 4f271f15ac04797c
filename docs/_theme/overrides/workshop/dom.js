/* The page's facts (its language-neutral id, its milestones, its language and the words of it) and one way to make elements. */
const page = { ...JSON.parse(document.getElementById("ws-page").textContent), words };

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/* Below the title: after the line about the page where there is one. */
function belowTitle(element) {
  (document.querySelector(".ws-about") ?? document.querySelector(".md-content h1"))?.after(element);
}

/* A text with its places filled in. One pass, so that what stands in a fact is never filled in again. */
const fill = (text, facts) => text.replace(/\{(\w+)\}/g, (_, name) => facts[name]);

/* What the forms of the prepare page draw; other pages do not carry them. */
const forms = [];
