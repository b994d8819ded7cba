// What the desk does in the browser beyond htmx: keys, selecting across pages, one click per form, the drawer, dropping files.
// Everything works without it but the comfort. Example: `/` puts the cursor into the search of people.
(function () {
  "use strict";
  const one = (selector, root) => (root || document).querySelector(selector);
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const typing = (element) => element && (/^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) || element.isContentEditable);
  let opener = null;

  function openDrawer() {
    const drawer = one("#drawer");
    if (drawer.hidden) opener = document.activeElement;
    drawer.hidden = false;
    drawer.setAttribute("role", "dialog");
    const title = one("h2", drawer);
    if (title) { title.id = title.id || "drawer-title"; drawer.setAttribute("aria-labelledby", title.id); }
    (one("[data-close]", drawer) || drawer).focus();
  }
  function closeDrawer() {
    const drawer = one("#drawer");
    if (!drawer || drawer.hidden) return false;
    drawer.hidden = true;
    drawer.replaceChildren();
    if (opener) opener.focus();
    return true;
  }
  function move(step) {
    const rows = all("table.list tbody tr[data-row]");
    if (!rows.length) return;
    const here = rows.findIndex((row) => row.classList.contains("is-here"));
    const next = rows[Math.min(Math.max(here + step, 0), rows.length - 1)];
    rows.forEach((row) => row.classList.toggle("is-here", row === next));
    const link = one("a[data-open]", next);
    (link || next).focus();
    next.scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.target;
    const line = target.closest && target.closest("[data-edit]");
    if (line && (event.key === "Enter" || event.key === "Escape") && typing(target)) {
      event.preventDefault();
      return one(event.key === "Enter" ? "[data-keep]" : "[data-drop]", line).click();
    }
    if (event.key === "Escape") {
      if (closeDrawer()) return event.preventDefault();
      all("details.more[open]").forEach((menu) => { menu.open = false; one("summary", menu).focus(); });
      if (typing(target)) target.blur();
    } else if (event.key === "/" && !typing(target)) {
      const find = one("#find");
      if (find) { event.preventDefault(); find.focus(); find.select(); }
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !typing(target)) {
      if (one("table.list tbody tr[data-row]")) { event.preventDefault(); move(event.key === "ArrowDown" ? 1 : -1); }
    } else if (event.key === "ArrowDown" && target.type === "search" && one("table.list tbody tr[data-row]")) {
      event.preventDefault(); move(1);
    } else if (event.key === "Tab") {
      const drawer = one("#drawer");
      if (!drawer || drawer.hidden) return;
      const stops = all("a[href], button:not([disabled]), input:not([type=hidden]), select, textarea, summary", drawer);
      if (!stops.length) return;
      const last = stops[stops.length - 1];
      if (event.shiftKey && document.activeElement === stops[0]) { event.preventDefault(); last.focus(); }
      else if (!event.shiftKey && document.activeElement === last) { event.preventDefault(); stops[0].focus(); }
    }
  });

  function countSelected(form) {
    const boxes = all("input[name=row]", form);
    const picked = boxes.filter((box) => box.checked).length;
    const everything = one("input[name=everything]", form);
    one(".bulk", form).classList.toggle("is-open", picked > 0);
    const shown = one("[data-picked]", form);
    if (shown) shown.textContent = String(picked);
    const across = one("[data-across]", form);
    if (across) { across.hidden = picked < boxes.length; if (across.hidden && everything) everything.checked = false; }
    const whole = one("input[data-all]", form);
    if (whole) { whole.checked = picked === boxes.length && picked > 0; whole.indeterminate = picked > 0 && picked < boxes.length; }
  }
  document.addEventListener("change", (event) => {
    const box = event.target;
    const form = box.closest("form[data-bulk]");
    if (form && box.matches("input[data-all]")) all("input[name=row]", form).forEach((each) => { each.checked = box.checked; });
    if (form && box.type === "checkbox") countSelected(form);
    if (box.matches("[data-submit-on-change]")) box.form.requestSubmit();
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("hx-post") || "again" in form.dataset) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    const button = event.submitter || one("button", form);
    if (button) setTimeout(() => { button.disabled = true; button.setAttribute("aria-busy", "true"); }, 0);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) all("form[data-sent]").forEach((form) => { delete form.dataset.sent; all("button[aria-busy]", form).forEach((b) => { b.disabled = false; }); });
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) { event.preventDefault(); closeDrawer(); }
    if (event.target.closest("[data-print]")) window.print();
    all("details.more[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target && event.detail.target.id === "drawer") openDrawer(); });

  document.addEventListener("htmx:afterRequest", (event) => {
    const menu = event.detail.elt.closest("details.more");
    if (menu && event.detail.successful) menu.open = false;
  });

  // The edit line of a row: one at a time for a row, the cursor in its field.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const row = event.detail.elt.closest("tr");
    if (event.detail.elt.matches("[data-edit-row]") && row.nextElementSibling && row.nextElementSibling.matches(".row-edit")) row.nextElementSibling.remove();
  });
  document.addEventListener("htmx:load", (event) => {
    if (event.target.matches("tr[data-edit]")) { const field = one("input[name=mobile]", event.target); field.focus(); field.select(); }
  });

  // Evidence opened: a decision that needs it becomes possible (the server checks it again).
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && event.detail.elt.matches("[data-evidence]")) {
      const key = event.detail.elt.dataset.evidence;
      event.detail.elt.classList.add("is-seen");
      if (!one("[data-evidence='" + key + "']:not(.is-seen)")) document.body.dispatchEvent(new Event("evidence-seen"));
    }
  });

  // Filters kept in this browser, apart from what was typed: no name or number of a person stays behind.
  all("[data-saved]").forEach((bar) => {
    const key = "filters:" + bar.dataset.saved;
    const read = () => { try { return JSON.parse(localStorage.getItem(key) || "[]"); } catch (error) { return []; } };
    const write = (kept) => { localStorage.setItem(key, JSON.stringify(kept.slice(-6))); draw(); };
    const card = bar.closest(".card");
    const chosen = all(".filters select", card).filter((field) => field.value);
    const query = new URLSearchParams(chosen.map((field) => [field.name, field.value])).toString();
    const title = chosen.map((field) => field.selectedOptions[0].text).join("、");
    function draw() {
      const kept = read();
      all(".chip", bar).forEach((chip) => chip.remove());
      kept.forEach((item) => {
        const chip = document.createElement("span"), link = document.createElement("a"), gone = document.createElement("button");
        chip.className = "chip"; link.href = "?" + item.query; link.textContent = item.title;
        gone.type = "button"; gone.textContent = "×"; gone.setAttribute("aria-label", item.title + " ×");
        gone.addEventListener("click", () => write(kept.filter((each) => each !== item)));
        chip.append(link, gone); bar.append(chip);
      });
      const known = kept.some((item) => item.query === query);
      one("[data-save]", bar).hidden = !query || known;
      bar.hidden = !kept.length && !query;
    }
    one("[data-save]", bar).addEventListener("click", () => write([...read(), { query, title }]));
    draw();
  });

  ["dragover", "dragleave", "drop"].forEach((name) => document.addEventListener(name, (event) => {
    const zone = event.target.closest && event.target.closest(".drop");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("is-over", name === "dragover");
    const input = one("input[type=file]", zone);
    if (name === "drop" && input && event.dataTransfer.files.length) { input.files = event.dataTransfer.files; input.dispatchEvent(new Event("change", { bubbles: true })); }
  }));
})();
