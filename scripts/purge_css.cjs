// Keeps of Tabler's style sheet the classes in our templates and Python, and these families, so that a new page finds
// the usual ones without a new purge. Example: node scripts/purge_css.cjs tabler.min.css tabler.css
const fs = require("fs");
const path = require("path");
const { PurgeCSS } = require("purgecss");

const root = path.join(__dirname, "..", "src", "jubao", "workbench");
const families = [
  /^(container|row|col|g|gx|gy|m|mt|mb|ms|me|mx|my|p|pt|pb|ps|pe|px|py|gap|d|w|h|fs|fw)(-(sm|md|lg|xl))?(-(\d+|auto|none|block|flex|grid|inline|inline-block|inline-flex|normal|bold|medium))?$/,
  /^(flex|justify-content|align-items|align-self)-/,
  /^text-(start|end|center|muted|secondary|danger|success|warning|nowrap|wrap|truncate|break|body|reset)$/,
  /^btn(-(primary|secondary|danger|success|warning|link|outline-primary|outline-secondary|outline-danger|sm|lg|list|icon|close))?$/,
  /^card(-(header|body|footer|title|subtitle|actions|table|sm|md))?$/,
  /^table(-(responsive|vcenter|sm|hover|striped|nowrap|bordered))?$/,
  /^form-(label|control|select|check|check-input|check-label|hint|text|fieldset|control-sm|select-sm|check-inline)$/,
  /^input-(group|group-text|icon)$/,
  /^alert(-(danger|warning|success|info|title|link))?$/,
  /^(list-group|list-group-item|list-unstyled|page-header|page-title|page-pretitle|page|page-wrapper|page-body|subheader)$/,
  /^(visually-hidden|border|border-0|border-top|border-bottom|rounded|font-monospace|required|is-invalid|invalid-feedback|active|disabled|show)$/,
];

function sources(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) return sources(full);
    return /\.(html|py)$|desk.*\.js$/.test(entry.name) ? [full] : [];
  });
}

(async () => {
  const [from, to] = process.argv.slice(2);
  const [purged] = await new PurgeCSS().purge({
    content: sources(root),
    css: [{ raw: fs.readFileSync(from, "utf8") }],
    defaultExtractor: (text) => text.match(/[A-Za-z0-9_-]+/g) || [],
    safelist: { standard: families },
    keyframes: true,
  });
  fs.writeFileSync(to, purged.css);
})();
