// npm run docs:platforms     writes docs/platforms.md from src/compile/platforms; a test compares it
import { writeFileSync } from 'node:fs';
import { platformsPage } from './lib/platforms-page.mjs';
import { at } from './lib/paths.mjs';

writeFileSync(at('docs', 'platforms.md'), await platformsPage());
