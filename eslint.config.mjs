import { posix } from "node:path";
import pulumiPlugin from "@pulumi/eslint-plugin";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

/**
 * Every folder of the product, top to bottom (CONTRIBUTING, "Where to look"). A folder imports from itself and from those below it, so
 * there is no circle of folders.
 */
const HOUSE = [
  ...["cli", "cli/commands", "cli/commands/backups", "cli/project", "cli/terminal"],
  ...["change", "change/validation", "change/sync", "change/edge", "change/staged"],
  ...["change/retire", "change/log", "change/lock", "change/records"],
  "checks",
  ...["backup", "backup/volumes", "backup/reading", "backup/format", "backup/archives"],
  "stores",
  ...["host/release", "host/compose", "host/untracked", "host/git", "host/docker", "host"],
  ...["plan/run", "plan/release", "plan/data", "plan/settings", "plan/checks"],
  ...["plan/compose", "plan/compose/merge"],
  ...["plan/staging", "plan/model", "plan/application", "plan"],
];

/** What no room of the product imports. */
const NOT_THE_PRODUCT = ["demo", "bench", "test", "setup"];

const PULUMI = "^@pulumi/";

/** Relative paths that lead into other rooms, at whatever depth. */
const into = (...rooms) => `^(\\.\\.?/)+(${rooms.join("|")})(/|$)`;

/** Paths by which a folder's files would import those of a folder above it. */
function upwards(folder, index) {
  return HOUSE.slice(0, index).map((above) => {
    const path = posix.relative(folder, above);
    const from = path.startsWith(".") ? path : `./${path}`;
    return `^${from.replaceAll(".", "\\.")}/[^/]+$`;
  });
}

/** What the files of a room import besides files of rooms below: packages that belong elsewhere are refused. */
function packagesOf(folder) {
  return folder.startsWith("plan") ? ["^(?!\\.|zod$|yaml$)"] : [PULUMI];
}

const arrowsGoDown = HOUSE.map((folder, index) =>
  imports(
    [`${folder}/*.ts`],
    [...upwards(folder, index), ...packagesOf(folder), into("components", ...NOT_THE_PRODUCT)],
    `${folder}/ imports what stands below it in the house only (eslint.config.mjs, HOUSE).`,
  ),
);

/** Patterns of what files may not import, static and dynamic alike. */
function imports(files, patterns, message) {
  return {
    files,
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        { patterns: patterns.map((regex) => ({ regex, message })) },
      ],
      "no-restricted-syntax": ["error", ...patterns.map((regex) => dynamicImport(regex, message))],
    },
  };
}

function dynamicImport(regex, message) {
  const escaped = regex.replaceAll("/", "\\/");
  return { selector: `ImportExpression[source.value=/${escaped}/]`, message };
}

const PURE = "plan/ is pure: no clock, no random, no I/O. Let change/observe read it.";

const PURITY = {
  "no-restricted-globals": [
    "error",
    ...["process", "Buffer", "fetch", "setTimeout", "setInterval", "setImmediate", "require"].map(
      (name) => ({ name, message: PURE }),
    ),
  ],
  "no-restricted-properties": [
    "error",
    { object: "Math", property: "random", message: PURE },
    { object: "Date", property: "now", message: PURE },
  ],
  "no-restricted-syntax": [
    "error",
    { selector: "ImportExpression", message: PURE },
    { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: PURE },
  ],
};

export default defineConfig(
  globalIgnores([
    "**/node_modules/",
    "coverage/",
    ".setup/",
    ".demo/",
    ".test/",
    "demo/application/base/",
    "demo/application/phases/",
    "toolchain/",
  ]),
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    linterOptions: { reportUnusedDisableDirectives: "error" },
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { "@pulumi": pulumiPlugin },
    rules: {
      eqeqeq: "error",
      "no-console": "off",
      "prefer-const": "error",
      "no-var": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@pulumi/no-output-in-template-literal": "error",
      "@pulumi/no-output-instance-in-template-literal": "error",
    },
  },
  ...arrowsGoDown,
  { files: ["plan/**/*.ts"], rules: PURITY },
  imports(
    ["components/**/*.ts"],
    [
      into("host", "stores", "backup", "checks", "change", "cli", ...NOT_THE_PRODUCT),
      "^(?!\\.|@pulumi/)",
    ],
    "components/ imports plan/ and @pulumi/* only, and does no I/O.",
  ),
  imports(
    ["index.ts"],
    [
      "^(?!\\./plan/|\\./components/|\\./change/observe$|\\./host/(description|pulumi-project)$|@pulumi/pulumi$)",
    ],
    "index.ts imports plan/, components/, change/observe and what reads the configuration only.",
  ),
  {
    files: ["index.ts"],
    rules: {
      // Pulumi reads what the program exports, no module does.
      "@typescript-eslint/explicit-module-boundary-types": "off",
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      // Nothing but tests imports what stands in test/.
      "@typescript-eslint/explicit-module-boundary-types": "off",
    },
  },
  {
    files: ["**/*.{js,mjs}"],
    extends: [tseslint.configs.recommended],
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
);
