#!/usr/bin/env node
import { route } from './router.js';

process.exitCode = await route(process.argv.slice(2), {
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
});
