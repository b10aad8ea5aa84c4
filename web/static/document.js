// Shows the marked place, lets "back" return to the conversation as it was left, and leads from
// quote to quote of the answer that the reader came from.
"use strict";

const mark = document.getElementById("mark");
if (mark) {
  mark.scrollIntoView({ block: "center" });
  mark.focus({ preventScroll: true });
}

document.getElementById("back").addEventListener("click", (event) => {
  if (history.length > 1 && sessionStorage.getItem("opened") === location.href) {
    event.preventDefault();
    history.back();
  }
});

const quotes = JSON.parse(sessionStorage.getItem("quotes") ?? "[]");
const current = quotes.indexOf(location.href);
if (current >= 0 && quotes.length > 1) {
  const nav = document.getElementById("quotes");
  nav.querySelector(".place").textContent = `Quote ${current + 1} of ${quotes.length}`;
  for (const [name, number] of [["previous", current - 1], ["next", current + 1]]) {
    const link = nav.querySelector(`.${name}`);
    if (quotes[number] === undefined) {
      link.removeAttribute("href");
      link.setAttribute("aria-disabled", "true");
      continue;
    }
    link.href = quotes[number];
    // In place of this page, so that "back" still leads to the conversation.
    link.addEventListener("click", (event) => {
      event.preventDefault();
      sessionStorage.setItem("opened", link.href);
      location.replace(link.href);
    });
  }
  nav.hidden = false;
}
