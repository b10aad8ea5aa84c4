// A quote with where it stands, as text to be pasted; and addresses for those who print.
// The address of a quote's place, without the question that led to it.
function address(link) {
  const url = new URL(link.href);
  url.searchParams.delete("q");
  return url.href;
}

export function citation(button) {
  const figure = button.closest(".passage");
  const sentence = figure.querySelector(".sentence").textContent;
  const source = figure.querySelector(".source");
  return `“${sentence}”\n— ${button.dataset.citation}\n${address(source)}\n`;
}

// True if `text` is on the clipboard. The modern way needs a secure address, which a server in a
// local network has not.
export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedBySelection(text);
  }
}

function copiedBySelection(text) {
  const focused = document.activeElement;
  const field = document.createElement("textarea");
  field.className = "unseen";
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  focused?.focus({ preventScroll: true });
  return done;
}

addEventListener("beforeprint", () => {
  for (const link of document.querySelectorAll(".passage .source")) link.dataset.address = address(link);
  for (const fold of document.querySelectorAll(".turn details:not([open])")) {
    fold.open = true;
    fold.dataset.printed = "";
  }
});

addEventListener("afterprint", () => {
  for (const fold of document.querySelectorAll("[data-printed]")) {
    fold.open = false;
    delete fold.dataset.printed;
  }
});
