import js from '@eslint/js';
import hooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import ts from 'typescript-eslint';

/** Links are made by src/paths.ts, so that none can point nowhere. */
const noBarePaths = {
    selector: 'JSXAttribute[name.name=/^(to|href)$/] > Literal[value=/^\\u002f(?!api)/]',
    message: 'Use the path builder in src/paths.ts.',
};

export default ts.config(
    { ignores: ['dist', 'node_modules', 'src/api/schema.d.ts'] },
    js.configs.recommended,
    ...ts.configs.recommended,
    {
        plugins: { 'react-hooks': hooks },
        languageOptions: { globals: { ...globals.browser, ...globals.node } },
        rules: {
            'react-hooks/rules-of-hooks': 'error',
            'react-hooks/exhaustive-deps': 'error',
            'no-restricted-syntax': ['error', noBarePaths],
            'max-lines': ['error', 250],
            '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
            '@typescript-eslint/consistent-type-imports': 'error',
            'no-console': 'error',
        },
    },
    { files: ['mock/**', 'scripts/**'], rules: { 'no-console': 'off' } },
    // Data in the form of code.
    { files: ['mock/**'], rules: { 'max-lines': ['error', 500] } },
);
