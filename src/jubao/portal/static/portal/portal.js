// What makes the phone more comfortable; every page works without it. Reads aloud, counts down, makes photos small.
(function () {
  "use strict";

  function readAloud() {
    var button = document.getElementById("speak");
    if (!button || !("speechSynthesis" in window) || !("SpeechSynthesisUtterance" in window)) return;
    var words = button.textContent;
    button.hidden = false;
    function quiet() { button.textContent = words; button.setAttribute("aria-pressed", "false"); }
    button.addEventListener("click", function () {
      if (window.speechSynthesis.speaking) { window.speechSynthesis.cancel(); quiet(); return; }
      var said = new SpeechSynthesisUtterance(document.getElementById("main").innerText);
      said.lang = document.documentElement.lang || "zh-CN";
      said.rate = 0.9;
      said.onend = quiet;
      said.onerror = quiet;
      button.textContent = button.dataset.stop;
      button.setAttribute("aria-pressed", "true");
      window.speechSynthesis.speak(said);
    });
    window.addEventListener("pagehide", function () { window.speechSynthesis.cancel(); });
  }

  // The server refuses an early press too; this only saves the trip.
  function countDown() {
    document.querySelectorAll("button[data-wait]").forEach(function (button) {
      var left = parseInt(button.dataset.wait, 10), words = button.textContent.trim();
      if (!left) return;
      button.disabled = true;
      (function tick() {
        if (left <= 0) { button.disabled = false; button.textContent = words; return; }
        button.textContent = words + "（" + left + "）";
        left -= 1;
        window.setTimeout(tick, 1000);
      })();
    });
  }

  // A photo of a phone has 4 to 12 MB; the paper is as readable at 2000 pixels, and a slow line thanks for it.
  function smallPhotos() {
    document.querySelectorAll("input[type=file][data-longest]").forEach(function (input) {
      input.addEventListener("change", function () {
        var file = input.files && input.files[0];
        if (!file || !file.type.match(/^image\//)) return;
        var reader = new FileReader();
        reader.onload = function () { drawn(input, file, reader.result); };
        reader.readAsDataURL(file);
      });
    });
  }

  function drawn(input, file, address) {
    var picture = new Image();
    picture.onload = function () {
      var longest = parseInt(input.dataset.longest, 10);
      var scale = Math.min(1, longest / Math.max(picture.naturalWidth, picture.naturalHeight));
      var canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.naturalWidth * scale);
      canvas.height = Math.round(picture.naturalHeight * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      preview(input, canvas.toDataURL("image/jpeg", 0.6));
      if (scale === 1 || !canvas.toBlob || !window.DataTransfer) return;
      canvas.toBlob(function (blob) {
        if (!blob || blob.size >= file.size) return;
        var held = new DataTransfer();
        held.items.add(new File([blob], "photo.jpg", { type: "image/jpeg" }));
        input.files = held.files;
      }, "image/jpeg", 0.9);
    };
    picture.src = address;
  }

  function preview(input, address) {
    var box = input.closest(".upload"), shown = box && box.querySelector("img");
    if (!box) return;
    if (!shown) { shown = document.createElement("img"); shown.alt = input.dataset.alt || ""; box.appendChild(shown); }
    shown.src = address;
    box.classList.add("is-there");
  }

  // Nobody presses twice because the line is slow.
  function once() {
    document.querySelectorAll("form[method=post]").forEach(function (form) {
      form.addEventListener("submit", function (event) {
        if (form.dataset.sent) { event.preventDefault(); return; }
        window.setTimeout(function () {
          form.querySelectorAll("button").forEach(function (button) { button.setAttribute("aria-disabled", "true"); });
        }, 0);
        form.dataset.sent = "1";
        window.setTimeout(function () { delete form.dataset.sent; form.querySelectorAll("button").forEach(function (button) { button.removeAttribute("aria-disabled"); }); }, 15000);
      });
    });
  }

  document.documentElement.classList.add("js");
  readAloud(); countDown(); smallPhotos(); once();
  var problem = document.getElementById("problem");
  if (problem) problem.focus();
})();
