"use strict";
// What the page does beyond reading: the question first, and sound. Without this script every link still leads to the
// line of the call, and every line has the browser's own player.
(() => {
  const $ = (id) => document.getElementById(id);

  // The question, before anything else; not when somebody comes by a link to a moment.
  const root = document.documentElement;
  const reveal = (focus) => {
    const answer = $("ask-answer").value.trim();
    if (answer) {
      $("own-words").querySelector("q").textContent = answer;
      $("own-words").hidden = false;
    }
    root.classList.remove("asking");
    $("ask").hidden = true;
    if (focus) $("debrief").focus({ preventScroll: true });
    window.scrollTo(0, 0);
  };
  $("ask-buttons").hidden = false;
  if (!location.hash) root.classList.add("asking");
  else $("ask").hidden = true;
  $("ask-done").addEventListener("click", () => reveal(true));
  $("ask-skip").addEventListener("click", () => reveal(true));
  document.querySelector(".skip").addEventListener("click", () => reveal(true));
  window.addEventListener("hashchange", () => {
    if (root.classList.contains("asking")) { root.classList.remove("asking"); $("ask").hidden = true; }
  });

  // Sound: one clip at a time, from a moment to its end.
  let playing = null;
  const stop = () => {
    if (!playing) return;
    const { sound, button, timer } = playing;
    playing = null;
    clearInterval(timer);
    sound.pause();
    if (button) button.removeAttribute("data-on");
  };
  const play = (button, name, from, length) => {
    const sound = $("sound-" + name);
    if (!sound) return;
    const again = playing && playing.button === button && button;
    stop();
    if (again) return;
    const end = length > 0 ? from + length : Infinity;
    const timer = setInterval(() => {
      if (sound.currentTime >= end || sound.ended) stop();
    }, 40);
    playing = { sound, button, timer };
    if (button) {
      button.setAttribute("data-on", "");
      $("now").textContent = button.textContent.replace("Play", "Playing");
    }
    sound.currentTime = from;
    sound.play().catch(stop);
  };
  for (const button of document.querySelectorAll("button.play")) {
    button.hidden = false;
    button.addEventListener("click", () =>
      play(button, button.dataset.clip, Number(button.dataset.from), Number(button.dataset.for)));
  }
  for (const sound of document.querySelectorAll("audio")) {
    sound.controls = false; // the buttons play it
    sound.addEventListener("play", () => { if (!playing || playing.sound !== sound) stop(); });
  }
  // A click into the curve plays that turn, or leads to it; the table of turns does the same for the keyboard.
  for (const area of document.querySelectorAll(".hit")) {
    area.addEventListener("click", () => {
      const line = area.dataset.line;
      if ($("sound-" + line)) play(null, line, 0, 0);
      else location.hash = line;
    });
  }
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") stop(); });
})();
