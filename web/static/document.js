// Shows the marked place, and lets "back" return to the conversation as it was left.
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
