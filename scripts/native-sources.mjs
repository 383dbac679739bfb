// node scripts/native-sources.mjs addon|launcher|init|stage OS     one source per line, for binding.gyp
import { sourcesOf } from './lib/sources.mjs';

const [binary, os] = process.argv.slice(2);
console.log(sourcesOf(binary, os).join('\n'));
