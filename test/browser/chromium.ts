/** Debian's chromium, which talks to nobody. */
export const CHROMIUM = '/usr/bin/chromium';

export const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
