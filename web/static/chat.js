// The page works without this script: it only keeps the conversation on one page. Answers come
// ready drawn from the server; everything else is inserted as text.
"use strict";

const main = document.querySelector("main");
const log = document.getElementById("log");
const form = document.getElementById("ask");
const box = document.getElementById("q");
const REMEMBERED = 10;
let busy = false;

function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

function copied(id, texts) {
  const turn = document.getElementById(id).content.firstElementChild.cloneNode(true);
  for (const [selector, text] of Object.entries(texts)) {
    turn.querySelector(selector).textContent = text;
  }
  return turn;
}

function conversation() {
  const turns = [...log.querySelectorAll(".turn[data-resolved]")].slice(-REMEMBERED);
  return turns.map(({ dataset }) => ({ question: dataset.resolved, answer: dataset.answer ?? null }));
}

function filters() {
  const chosen = {};
  for (const name of ["document", "since", "until"]) {
    const value = form.elements[name].value.trim();
    if (value) chosen[name] = value;
  }
  return chosen;
}

function talking() {
  main.dataset.state = "talking";
  box.placeholder = box.dataset.followup;
}

// The address names the question as it was searched, so that a follow-up can be shared too; the
// entry keeps the conversation, so that "back" from a document and "reload" bring it back.
function remember(question) {
  const address = "/?" + new URLSearchParams({ q: question, ...filters() });
  history.replaceState({ log: log.innerHTML }, "", address);
  document.title = question + " · Verbatim";
}

function grow() {
  box.style.height = "auto";
  box.style.height = box.scrollHeight + "px";
}

function toBox() {
  // On a touch screen focus would raise the keyboard over the answer.
  if (!matchMedia("(pointer: coarse)").matches) box.focus({ preventScroll: true });
}

async function answered(body) {
  let response;
  try {
    response = await fetch("/ask", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "text/html, application/problem+json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Error("The server cannot be reached. Your question is kept.");
  }
  if (response.ok) return parsed(await response.text()).querySelector(".turn");
  const problem = await response.json().catch(() => ({}));
  throw new Error(problem.detail || `The server answered with status ${response.status}.`);
}

async function ask(question) {
  if (busy || !question) return;
  busy = true;
  talking();
  const { document: name, ...period } = filters();
  const body = { question, history: conversation(), ...period };
  if (name) body.documents = [name];
  let turn = copied("pending", { ".question": question });
  log.setAttribute("aria-busy", "true");
  log.append(turn);
  turn.scrollIntoView({ block: "start" });
  try {
    const answer = await answered(body);
    turn.replaceWith(answer);
    turn = answer;
    remember(turn.dataset.resolved);
  } catch (error) {
    const failed = copied("failed", { ".question": question, ".detail": error.message });
    failed.querySelector(".retry").addEventListener("click", () => {
      failed.remove();
      if (box.value.trim() === question) clear();
      ask(question);
    });
    turn.replaceWith(failed);
    turn = failed;
    if (!box.value) box.value = question;
    grow();
  }
  log.removeAttribute("aria-busy");
  turn.scrollIntoView({ block: "start" });
  busy = false;
  toBox();
}

function clear() {
  box.value = "";
  grow();
}

function send() {
  const question = box.value.trim();
  if (busy || !question) return;
  clear();
  ask(question);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});

box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  send();
});

box.addEventListener("input", grow);

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea")) return;
  event.preventDefault();
  box.focus();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link.dataset.question) {
    event.preventDefault();
    ask(link.dataset.question);
  } else if (link.classList.contains("source")) {
    sessionStorage.setItem("opened", link.href);
  }
});

if (history.state?.log) {
  log.replaceChildren(parsed(history.state.log));
  talking();
}
grow();
box.setSelectionRange(box.value.length, box.value.length);
if (!box.autofocus) toBox();
