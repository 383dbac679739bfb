// npm run format     writes every file as Prettier and clang-format want it
import { must, mustNode, which } from './lib/exec.mjs';
import { cppFiles } from './lib/cpp-files.mjs';
import { at } from './lib/paths.mjs';

mustNode(at('node_modules/prettier/bin/prettier.cjs'), ['--write', '--log-level=warn', '.']);
if (which('clang-format')) must('clang-format', ['-i', ...cppFiles()]);
else console.log('clang-format is not installed: C++ left as it is');
