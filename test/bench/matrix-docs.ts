/** `npm run docs:matrix`: writes the table of docs/matrix.md again, as its own command prints it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { REPOSITORY } from '../cli/ipvlane.ts';
import { shownMatrix } from './shown-matrix.ts';

const file = join(REPOSITORY, 'docs/matrix.md');
const text = readFileSync(file, 'utf8');
const { words, table } = shownMatrix(text);
const { stdout } = await execa(process.execPath, [join(REPOSITORY, 'dist/ipvlane.js'), ...words], {
  cwd: REPOSITORY,
  stderr: 'inherit',
});
writeFileSync(file, text.replace(table, `${stdout.replace(/\nreport: .*/, '')}\n`));
