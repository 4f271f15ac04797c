/* Names for screen readers that the theme leaves out, and the #anchor of the language switch. */
const labels = (() => {
  function name(selector, text) {
    document.querySelectorAll(selector).forEach((element, i) => {
      if (!element.hasAttribute("aria-label")) element.setAttribute("aria-label", i ? `${text} ${i + 1}` : text);
    });
  }

  /* A section with a page of its own leaves the label that names its list empty. */
  function nameSections() {
    document.querySelectorAll("nav.md-nav[aria-labelledby]").forEach((list) => {
      if (document.getElementById(list.getAttribute("aria-labelledby"))?.textContent.trim()) return;
      list.removeAttribute("aria-labelledby");
      list.setAttribute("aria-label", list.querySelector(".md-nav__title").textContent.trim());
    });
  }

  function give() {
    nameSections();
    name(".md-search[role=dialog]", page.words.search);
    name("nav.md-code__nav", page.words.code);
    name("a.md-annotation__index", page.words.annotation);
  }

  function samePlace() {
    document.querySelectorAll("a.md-select__link").forEach((link) => (link.hash = location.hash));
  }

  return { give, samePlace };
})();
