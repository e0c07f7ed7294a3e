// Turns light to dark and back, and says of a dot what it stands for. Without it the page loses nothing but that.
"use strict";
const root = document.documentElement;

const button = document.getElementById("theme");
const system = window.matchMedia("(prefers-color-scheme: dark)");
const isDark = () =>
  root.dataset.theme ? root.dataset.theme === "dark" : system.matches;
const nameButton = () => {
  button.textContent = isDark() ? "Light" : "Dark";
};
button.addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  nameButton();
});
system.addEventListener("change", nameButton);
button.hidden = false;
nameButton();

const tip = document.createElement("div");
tip.className = "tip";
tip.hidden = true;
document.body.append(tip);
document.addEventListener("pointerover", ({ target, clientX, clientY }) => {
  const words = target.closest("[data-tip]")?.dataset.tip;
  tip.hidden = !words;
  if (!words) return;
  tip.textContent = words;
  const room = root.clientWidth - tip.offsetWidth - 8;
  tip.style.left = `${Math.max(8, Math.min(clientX + 12, room))}px`;
  tip.style.top = `${Math.max(8, clientY - tip.offsetHeight - 12)}px`;
});

for (const pair of document.querySelectorAll(".pair")) {
  const [before, after] = pair.querySelectorAll("img");
  const [, caption] = pair.querySelectorAll("figcaption");
  const [source, words] = [after.src, caption.textContent];
  const show = (isBefore) => {
    after.src = isBefore ? before.src : source;
    caption.textContent = isBefore ? "Original, while pressed" : words;
  };
  after.addEventListener("pointerdown", () => show(true));
  for (const end of ["pointerup", "pointerleave", "pointercancel"])
    after.addEventListener(end, () => show(false));
}
