// The wall: one button for the whole screen; the figures of this moment every five minutes.
"use strict";

setTimeout(() => window.location.reload(), 300_000);

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-fullscreen]")) return;
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen();
});
