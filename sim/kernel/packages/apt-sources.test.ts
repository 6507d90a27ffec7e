import { expect, test } from 'vitest';
import { debianArchive, parseAptSources, suiteSources } from './apt-sources.ts';

const DEB822 = `Types: deb
# a comment
URIs: http://mirror.example/debian/
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb deb-src
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main
`;

test('the archive and its security updates are found in deb822 sources, with the keys that the machine trusts', () => {
  const archive = debianArchive(parseAptSources(DEB822, 'deb822'));
  expect(archive === null ? null : suiteSources(archive, 'trixie')).toBe(
    'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://mirror.example/debian trixie main\n' +
      'deb http://mirror.example/debian-security trixie-security main\n',
  );
});

test('and in one-line sources, whatever stands before and behind', () => {
  const text = `# deb http://old.example/debian bookworm main
deb [arch=amd64 trusted=yes] https://mirror.example/debian bookworm main contrib # ours
deb-src https://mirror.example/debian bookworm main
`;
  const archive = debianArchive(parseAptSources(text, 'lines'));
  expect(archive === null ? null : suiteSources(archive, 'sid')).toBe(
    'deb [trusted=yes] https://mirror.example/debian sid main\n',
  );
});

test('a third party that names its suites as Debian does is not taken for it', () => {
  const text = `deb https://apt.example/grafana stable main
deb https://packages.example/sdk cloud-sdk-bookworm main
deb http://mirror.example/debian bookworm main
`;
  expect(debianArchive(parseAptSources(text, 'lines'))?.main.uri).toBe('http://mirror.example/debian');
});

test('a machine of another distribution has none', () => {
  expect(debianArchive(parseAptSources('deb http://archive.example/ubuntu noble main', 'lines'))).toBeNull();
});
