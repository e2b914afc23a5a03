"use strict";
// The pages work without this. It adds: drop a file, progress of the upload, one press of a button.
(() => {
  document.documentElement.classList.add("scripted");
  for (const id of ["problem", "outcome"]) {
    const told = document.getElementById(id);
    if (told && (id === "problem" || location.hash === "#outcome")) told.focus();
  }
  const answers = document.getElementById("answers");
  if (answers) {
    answers.addEventListener("submit", () => {
      const button = answers.querySelector("button");
      button.disabled = true;
      button.textContent = "Reading the answers…";
    });
  }
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  const form = document.getElementById("upload");
  if (!form) return;
  const field = document.getElementById("file");
  const button = form.querySelector("button");
  const progress = document.getElementById("progress");

  const over = (on) => (event) => { event.preventDefault(); form.classList.toggle("over", on); };
  for (const name of ["dragenter", "dragover"]) form.addEventListener(name, over(true));
  form.addEventListener("dragleave", over(false));
  form.addEventListener("drop", (event) => {
    over(false)(event);
    if (event.dataTransfer.files.length !== 1) { say("Drop one document at a time."); return; }
    field.files = event.dataTransfer.files;
    button.focus();
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); send(); });

  function send() {
    const request = new XMLHttpRequest();
    button.disabled = true;
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable && event.loaded < event.total) say("Sending the document…", event.loaded / event.total);
    });
    request.upload.addEventListener("load", () => say("Reading and reviewing. A few seconds; scanned pages take longer.", null));
    request.addEventListener("load", () => done(request));
    request.addEventListener("error", () => failed({ what: "The server cannot be reached", why: "", fix: "Try again in a moment." }));
    request.responseType = "json";
    request.open("POST", "/api/reviews");
    say("Sending the document…", 0);
    request.send(new FormData(form));
  }

  function done(request) {
    if (request.status === 201) {
      location.assign("/reviews/" + encodeURIComponent(request.response.review_id));
    } else if (request.status === 401) {
      location.assign("/login");
    } else {
      failed(request.response?.error ?? { what: "The server answered with status " + request.status, why: "", fix: "Try again." });
    }
  }

  function failed(error) {
    button.disabled = false;
    progress.replaceChildren();
    const old = document.getElementById("problem");
    const box = document.createElement("div");
    const what = document.createElement("strong");
    box.className = "alert"; box.id = "problem"; box.tabIndex = -1;
    box.setAttribute("role", "alert");
    const line = error.why ? error.what + ": " + error.why : error.what;
    what.textContent = line.charAt(0).toUpperCase() + line.slice(1) + ".";
    box.append(what, " " + error.fix);
    old?.remove();
    form.before(box);
    box.focus();
  }

  function say(text, share) {
    if (progress.firstChild?.data !== text) progress.replaceChildren(document.createTextNode(text));
    if (share === undefined) return;
    let bar = progress.querySelector("progress");
    if (!bar) { bar = document.createElement("progress"); bar.setAttribute("aria-label", text); progress.append(bar); }
    if (share === null) bar.removeAttribute("value"); else bar.value = share;
  }
})();
