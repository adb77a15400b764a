// Tables that are wider than the window can be scrolled with the keyboard, too; others take no focus.
(() => {
  const mark = () => {
    for (const box of document.querySelectorAll(".wide")) {
      const scrolls = box.scrollWidth > box.clientWidth;
      for (const [name, value] of [["tabindex", "0"], ["role", "group"], ["aria-label", "Table that scrolls sideways"]])
        scrolls ? box.setAttribute(name, value) : box.removeAttribute(name);
    }
  };
  let waiting = false;
  const later = () => {
    if (!waiting) requestAnimationFrame(() => { waiting = false; mark(); });
    waiting = true;
  };
  new MutationObserver(later).observe(document.body, { childList: true, subtree: true });
  addEventListener("resize", later);
  document.addEventListener("toggle", later, true);
  mark();
})();
