import { expect, test } from 'vitest';
import type { Api } from '../../api/client';
import { rule, rules, text } from '../../testing/rules';
import { checkRules, hiddenGroups } from './checkRules';
import { cleanRules, freeName } from './cleanRules';
import { GROUP_WORDS, readCondition } from './conditions';

const faults = (change: Partial<Api['SegmentSettings']>) => checkRules(rules(change)).map((f) => `${f.field} ${f.key}`);

test('a condition is read and judged', () => {
  const holds = readCondition('r >= 4 and fm >= 4 or m = 5', GROUP_WORDS);
  if (typeof holds !== 'function') throw new Error(holds.key);
  expect(holds({ r: 4, f: 4, m: 4, fm: 4 })).toBe(true);
  expect(holds({ r: 1, f: 1, m: 5, fm: 3 })).toBe(true);
  expect(holds({ r: 4, f: 1, m: 4, fm: 2.5 })).toBe(false);
});

test('a condition that does not read says why', () => {
  expect(readCondition('r 4', GROUP_WORDS)).toMatchObject({ key: 'comparison' });
  expect(readCondition('r >= 4 and', GROUP_WORDS)).toMatchObject({ key: 'comparison' });
  expect(readCondition('x >= 4', GROUP_WORDS)).toMatchObject({ key: 'unknown', part: 'x' });
  expect(readCondition('r >= four', GROUP_WORDS)).toMatchObject({ key: 'number', part: 'four' });
  expect(readCondition('orders > quiet', ['orders'], ['lapse'])).toMatchObject({ key: 'limit', part: 'quiet' });
});

test('good rules have no fault', () => {
  expect(checkRules(rules())).toEqual([]);
});

test('combinations without a group are found, and groups that take nobody', () => {
  expect(checkRules(rules({ groups: [rule('some', 'r >= 2')] }))).toEqual([
    { field: 'groups', key: 'open', values: { open: 25, cell: 'r = 1, f = 1, m = 1' } },
  ]);
  expect([...hiddenGroups([rule('all', 'r >= 1'), rule('none', 'r = 5'), rule('rest')])]).toEqual([1, 2]);
});

test('names, the rest and the lines between tiers are checked', () => {
  expect(faults({ groups: [rule('best', 'r = 5'), rule('best'), rule('Rest')] })).toEqual([
    'groups[1].name same',
    'groups[2].name name',
    'groups[1].when above',
  ]);
  const tiers = [0.9, 0.8].map((share, at) => ({ name: `t${at}`, label: text('T'), share }));
  expect(faults({ value: { method: 'pareto', tiers: [...tiers, { name: 'c', label: text('C') }] } })).toEqual([
    'value.tiers[1].share share',
  ]);
  const { lifecycle } = rules();
  expect(faults({ lifecycle: { ...lifecycle, limits: [] } })).toEqual(['lifecycle.stages[0].when number']);
  expect(faults({ lifecycle: { ...lifecycle, stages: [rule('lapsed', 'orders = 0')] } })).toEqual([
    'lifecycle.stages[0].when rest',
  ]);
});

test('what is sent has no leftovers of editing', () => {
  const sent = cleanRules(
    rules({
      rfm: { ...rules().rfm, bounds: { frequency: [], monetary: null } },
      groups: [{ ...rule('fresh', '  '), label: { en: '', zh: '新' }, action: text('') }],
      value: {
        method: 'fixed',
        tiers: [
          { name: 'a', label: text('A'), share: 0.8, from: '100' },
          { name: 'b', label: text('B'), share: 0.9 },
        ],
      },
    }),
  );
  expect(sent.rfm.bounds).toEqual({});
  expect(sent.groups[0]).toEqual({ name: 'fresh', label: { en: '新', zh: '新' } });
  expect(sent.value.tiers).toEqual([
    { name: 'a', label: text('A'), from: '100' },
    { name: 'b', label: text('B') },
  ]);
  expect(freeName('group', ['group_2'])).toBe('group_3');
});
