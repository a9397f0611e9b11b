import vue from "eslint-plugin-vue";
import tseslint from "typescript-eslint";
import vueParser from "vue-eslint-parser";

export default tseslint.config(
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: { "no-eval": "error", "no-console": "error" },
  },
  vue.configs["flat/essential"],
  {
    files: ["**/*.vue"],
    languageOptions: {
      parser: vueParser,
      parserOptions: { parser: tseslint.parser, projectService: true, extraFileExtensions: [".vue"] },
    },
    // vue-tsc checks what a template calls; a page's name is its file's.
    rules: { "vue/multi-word-component-names": "off" },
  },
  {
    files: ["field/**"],
    languageOptions: { parserOptions: { extraFileExtensions: [".vue"] } },
    rules: { "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }] },
  },
);
