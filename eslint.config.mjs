import pulumiPlugin from "@pulumi/eslint-plugin";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

/**
 * Keeps a room's "must not" (CONTRIBUTING, "Where things go"): patterns of what its files may not import, static and
 * dynamic alike.
 */
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

/** Relative paths that lead into other rooms. */
const into = (...rooms) => `^(\\.\\.?/)+(${rooms.join("|")})(/|$)`;

const PULUMI = "^@pulumi/";
const NOT_THE_PRODUCT = ["demo", "bench", "test", "setup"];

const PURE = "plan/ is pure: no clock, no random, no I/O. Let host/observe read it.";

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
      "max-lines": ["error", { max: 250 }],
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
  imports(
    ["plan/**/*.ts"],
    [into("host", "components", "cli", ...NOT_THE_PRODUCT), "^(?!\\.|zod$|yaml$)"],
    "plan/ imports plan/ (and zod, yaml) only.",
  ),
  { files: ["plan/**/*.ts"], rules: PURITY },
  imports(
    ["components/**/*.ts"],
    [into("host", "cli", ...NOT_THE_PRODUCT), "^(?!\\.|@pulumi/|node:path$)"],
    "components/ imports plan/ and @pulumi/* only, and does no I/O.",
  ),
  imports(
    ["host/**/*.ts"],
    [into("components", "cli", ...NOT_THE_PRODUCT), PULUMI],
    "host/ imports plan/ and host/ only, never Pulumi.",
  ),
  imports(
    ["cli/**/*.ts"],
    [into("components", ...NOT_THE_PRODUCT), PULUMI],
    "cli/ imports plan/ and host/ only, never Pulumi.",
  ),
  imports(
    ["index.ts"],
    ["^(?!\\./plan/|\\./components/|\\./host/observe$|@pulumi/pulumi$)"],
    "index.ts imports plan/, components/ and host/observe only.",
  ),
  {
    files: ["index.ts"],
    rules: {
      "max-lines": ["error", { max: 80 }],
      // Pulumi reads what the program exports, no module does.
      "@typescript-eslint/explicit-module-boundary-types": "off",
    },
  },
  { files: ["components/**/*.ts"], rules: { "max-lines": ["error", { max: 150 }] } },
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
