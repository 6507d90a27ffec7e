import { expect, test } from 'vitest';
import { memoryFiles } from '../finding/memory-files.ts';
import { readManifests } from '../read-manifests.ts';
import { scheduleProblem, timeZoneMeant } from './schedule.ts';

test.each([
  ...['* * * * *', '*/5 * * * *', '0 0 1 1 *', '59 23 31 12 6', '0,30 8-18/2 * jan-DEC mon-FRI', '5/10 ? * * ?'],
  ...['@daily', '@hourly', '@every 1h30m', '@every 1.5s', '  0  0 * * * ', '0, * * * *'],
])('%s is a schedule', (text) => {
  expect(scheduleProblem(text)).toBeNull();
});

test.each([
  ['bad', 'has 1 of the five fields'],
  ['', 'has 0 of the five fields'],
  ['* * * * * *', 'has 6 of the five fields'],
  ['60 * * * *', '`60` is no minute (0 to 59)'],
  ['* 24 * * *', '`24` is no hour'],
  ['* * 0 * *', '`0` is no day of the month'],
  ['* * * 13 *', '`13` is no month'],
  ['* * * * 7', '`7` is no day of the week'],
  ['* * * * sunday', '`sunday` is no day of the week'],
  ['*/0 * * * *', '`*/0` is no minute'],
  ['5-1 * * * *', '`5-1` is no minute'],
  ['1-2-3 * * * *', '`1-2-3` is no minute'],
  ['L * * * *', '`L` is no minute'],
  ['@reboot', 'begins with `@`'],
  ['@every day', 'begins with `@`'],
  ['TZ=Europe/Berlin 0 0 * * *', '`timeZone`'],
  ['CRON_TZ=UTC @daily', '`timeZone`'],
])('%s is none', (text, why) => {
  expect(scheduleProblem(text)).toContain(why);
});

const cronJob = (more: string) =>
  `apiVersion: batch/v1\nkind: CronJob\nmetadata: { name: j }\nspec: { ${more}, jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [ { name: c, image: i } ] } } } } }\n`;

test.each([
  ['schedule: bad', '', ['E226', 'bad']],
  ['schedule: "@daily"', 'timeZone: Etc/UTC', null],
  ['schedule: "@daily"', 'timeZone: Europe/Nowhere', ['E226', 'Europe/Nowhere']],
  ['schedule: "@daily"', 'timeZone: Local', ['E226', 'Local']],
  ['schedule: "@daily"', 'timeZone: local', ['E226', 'local']],
  ['schedule: "@daily"', 'timeZone: utc', ['E226', 'utc']],
  ['schedule: "@daily"', 'timeZone: europe/berlin', ['E226', 'europe/berlin']],
  ['schedule: "@daily"', 'timeZone: EUROPE/BERLIN', ['E226', 'EUROPE/BERLIN']],
  ['schedule: "@daily"', 'timeZone: PST', ['E226', 'PST']],
  ['schedule: "@daily"', 'timeZone: SystemV/PST8', ['E226', 'SystemV/PST8']],
  ['schedule: "@daily"', 'timeZone: "+01:00"', ['E226', '"+01:00"']],
])('of a CronJob %s %s', (schedule, timeZone, error) => {
  const text = cronJob([schedule, timeZone].filter((one) => one !== '').join(', '));
  const { diagnostics } = readManifests(['a.yaml'], memoryFiles({ 'a.yaml': text }));
  const errors = diagnostics.map(({ code, span }) => [code, text.slice(span!.offset, span!.offset + span!.length)]);
  expect(errors).toEqual(error === null ? [] : [error]);
});

test('every name of the tz database is a time zone', () => {
  const links =
    `UTC GMT GMT0 GMT+0 GMT-0 Greenwich UCT Zulu EST MST HST CET MET EET WET EST5EDT CST6CDT MST7MDT PST8PDT GB GB-Eire NZ NZ-CHAT PRC
    ROC ROK W-SU Etc/GMT+5 Etc/GMT-14 Etc/UCT US/Pacific US/East-Indiana US/Indiana-Starke Chile/EasterIsland Mexico/BajaNorte
    Mexico/BajaSur Australia/ACT Australia/LHI Australia/NSW Brazil/DeNoronha America/Knox_IN America/Argentina/ComodRivadavia
    America/Port_of_Spain Africa/Dar_es_Salaam America/Port-au-Prince Antarctica/DumontDUrville Antarctica/McMurdo Asia/Ust-Nera
    Canada/Newfoundland Europe/Isle_of_Man Asia/Ho_Chi_Minh Factory Singapore`.split(/\s+/);
  const names = [...links, ...Intl.supportedValuesOf('timeZone')];
  expect(names.filter((name) => timeZoneMeant(name) !== name)).toEqual([]);
});

test('a name in other capitals is told as it is', () => {
  expect(timeZoneMeant('america/port_of_spain')).toBe('America/Port_of_Spain');
});
