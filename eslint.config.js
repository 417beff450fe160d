import tseslint from 'typescript-eslint';
import {
  ADAPTERS,
  APPS,
  ambientGlobals,
  ambientImports,
  ambientProperties,
  ambientSyntax,
  forbiddenImports,
  forbiddenImportsOfApp,
  noSwitchOnKind,
  ORDER,
} from './scripts/lint/architecture.mjs';

const TESTS = ['**/*.test.ts', '**/test/**', 'packages/testing/**', 'packages/testkit/**'];
const language = { parser: tseslint.parser, parserOptions: { sourceType: 'module' } };

// Biome does formatting and general lint; what is here is this project's own architecture.
export default [
  { ignores: ['**/node_modules/**', '**/dist/**', '**/generated/**', '.kubernats/**', '**/*.mjs', '**/*.js'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts'],
    ignores: TESTS,
    languageOptions: language,
    rules: { 'no-restricted-syntax': ['error', noSwitchOnKind] },
  },
  ...ORDER.flat().map((folder) => direction(`packages/${folder}`, forbiddenImports(folder), [])),
  ...APPS.map((folder) => direction(`apps/${folder}`, forbiddenImportsOfApp(folder), [])),
  ...ORDER.flat().map((folder) => pure(`packages/${folder}`, forbiddenImports(folder))),
  ...APPS.map((folder) => pure(`apps/${folder}`, forbiddenImportsOfApp(folder))),
];

/** The direction of dependency, for all sources of a folder, adapters included. */
function direction(folder, patterns, paths) {
  return {
    files: [`${folder}/src/**/*.ts`],
    ignores: TESTS,
    languageOptions: language,
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns, paths }] },
  };
}

/** The same with the ban on what surrounds the process, for what is no adapter. */
function pure(folder, patterns) {
  const rules = direction(folder, patterns, ambientImports);
  return {
    ...rules,
    ignores: [...TESTS, ...ADAPTERS],
    rules: {
      ...rules.rules,
      'no-restricted-globals': ['error', ...ambientGlobals],
      'no-restricted-properties': ['error', ...ambientProperties],
      'no-restricted-syntax': ['error', noSwitchOnKind, ...ambientSyntax],
    },
  };
}
