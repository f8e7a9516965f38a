// The only script of these pages: copy buttons, which stay hidden without it.
"use strict";

for (const button of document.querySelectorAll("button.copy")) {
  const source = button.parentElement.querySelector("pre");
  const wording = button.innerHTML;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = "Copied";
    } catch {
      // Without the right to write to the clipboard the text is at least selected.
      getSelection().selectAllChildren(source);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.innerHTML = wording; }, 1500);
  });
}
