import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import type { Api } from '../../api/client';
import { answer, Failure, show } from '../../testing/render';
import { LookRows } from './LookRows';
import { MappedColumns } from './MappedColumns';
import { MappingForm } from './MappingForm';
import { ReadingForm } from './ReadingForm';
import { RunForm } from './RunForm';

const text = (value: string) => ({ en: value, zh: value });
const look: Api['Look'] = {
  kind: 'orders',
  reading: { format: 'csv', encoding: 'utf-8', separator: 'comma', has_header: true },
  compression: 'none',
  sheets: [],
  columns: ['no', 'date'],
  fields: [{ name: 'order_id', label: text('Order'), description: text('Its number'), required: true }],
  mapping: { columns: { order_id: 'no' } },
  choices: [],
  unmapped: [],
  rows: [],
  counts: { rows: 0, bad: 0, sales: 0, returns: 0, adjustments: 0, without_customer: 0, dropped: 0 },
  notices: [],
  saved_mappings: [],
  can_run: true,
  source: 'till',
  sources: ['till', 'main'],
};

/** Opens a select and takes what stands there. */
async function choose(label: string, value: string) {
  fireEvent.mouseDown(screen.getByLabelText(label));
  fireEvent.click(await screen.findByTitle(value));
}

test('the source is the one that the server proposes, whatever the file is called', async () => {
  const asked = answer({ 'POST /imports': { import: 'imp_2', job: 'job_2' } });
  await show(<RunForm look={look} upload="upl_1" />);
  fireEvent.click(screen.getByText('Import', { selector: 'button *' }));
  await waitFor(() => expect(asked.length).toBe(1));
  expect(await asked[0]?.json()).toMatchObject({ source: 'till', mode: 'difference' });
});

test('a mapping that has the name already is replaced only by who says so', async () => {
  const fields = [{ field: 'save_mapping', message: 'taken' }];
  const taken = new Failure(409, { code: 'conflict', status: 409, detail: 'no', fields });
  const asked = answer({ 'POST /imports': taken });
  await show(<RunForm look={look} upload="upl_1" />);
  fireEvent.change(screen.getByLabelText('Keep this mapping as'), { target: { value: 'till' } });
  fireEvent.click(screen.getByText('Import', { selector: 'button *' }));
  fireEvent.click(await screen.findByText('Replace it'));
  await waitFor(() => expect(asked.length).toBe(2));
  const sent = await Promise.all(asked.map((request) => request.json() as Promise<Record<string, unknown>>));
  expect(sent.map((body) => body.overwrite_mapping)).toEqual([false, true]);
});

test('encoding and separator are sent by the names of the contract', async () => {
  const onReading = vi.fn();
  const rest = { onKind: vi.fn(), onSaved: vi.fn(), extra: null };
  await show(<ReadingForm look={look} onReading={onReading} {...rest} />);
  await choose('Separator', 'Pipe');
  await choose('Encoding', 'UTF-16 LE');
  expect(onReading.mock.calls).toEqual([[{ separator: 'bar' }], [{ encoding: 'utf-16le' }]]);
});

test('columns without a field are kept as attributes, unless they get a field', async () => {
  const onChange = vi.fn();
  const vip = { column: 'VIP', name: 'VIP', type: 'text' as const };
  const shoe = { column: 'Shoe', name: 'Shoe', type: 'number' as const };
  const people: Api['Look'] = {
    ...look,
    kind: 'customers',
    columns: ['no', 'VIP', 'Shoe'],
    fields: [...look.fields, { name: 'name', label: text('Name'), description: text('Of the person'), required: true }],
    mapping: { columns: { order_id: 'no' }, attributes: [vip, shoe] },
  };
  await show(<MappingForm look={people} onChange={onChange} />);
  fireEvent.click(screen.getByText('2 columns kept as attributes'));
  const name = await screen.findByLabelText('Name of the attribute from VIP');
  fireEvent.change(name, { target: { value: 'level' } });
  fireEvent.blur(name);
  expect(onChange).toHaveBeenLastCalledWith({ ...people.mapping, attributes: [{ ...vip, name: 'level' }, shoe] });
  await choose('Column of Name', 'Shoe');
  expect(onChange).toHaveBeenLastCalledWith({ columns: { order_id: 'no', name: 'Shoe' }, attributes: [vip] });
});

test('the first rows show fields by their labels, and own attributes by the names given to them', async () => {
  const row = { row: 1, cells: ['A1', '3'], understood: { order_id: 'A1', 'attribute.level': '3' } };
  const mapping = {
    columns: { order_id: 'no' },
    attributes: [{ column: 'VIP', name: 'level', type: 'number' as const }],
  };
  await show(<LookRows look={{ ...look, mapping, rows: [row] }} busy={false} />);
  const heads = screen.getAllByRole('columnheader').map((head) => head.textContent);
  expect(heads).toEqual(['Row', 'Order', 'level']);
});

const bad = { column: 'date', value: 'soon', reason: 'date', text: text('cannot be read as a date') };
const rows: Api['LookRow'][] = [
  { row: 1, cells: ['A1', '2025-01-02'], understood: { order_id: 'A1' } },
  { row: 2, cells: ['A2', 'soon'], understood: {}, bad },
];

test('the bad rows alone; those beyond what is shown are told', async () => {
  await show(
    <LookRows look={{ ...look, rows, counts: { ...look.counts, rows: 400, bad: 3, sales: 397 } }} busy={false} />,
  );
  expect(screen.getByText('Of the first 400 rows: 3 bad, 397 sales')).toBeTruthy();
  expect(screen.getByText(/^2 bad rows lie further down/)).toBeTruthy();
  expect(screen.getAllByRole('row').length).toBe(3);
  fireEvent.click(screen.getByRole('checkbox', { name: 'Only bad rows' }));
  const shown = screen.getAllByRole('row').map((row) => row.textContent);
  expect(shown).toEqual(['RowOrder', '2✗ date “soon”: cannot be read as a date']);
});

test('nothing to list: no list is begun; yes and no are words', async () => {
  const mapping = { columns: {}, attributes: [{ column: 'News', name: 'news', type: 'bool' as const }] };
  const told = rows.slice(0, 1).map((row) => ({ ...row, understood: { 'attribute.news': 'true' } }));
  const counts = { ...look.counts, rows: 40 };
  await show(<LookRows look={{ ...look, kind: 'customers', mapping, rows: told, counts }} busy={false} />);
  expect(screen.getByText('The first 40 rows read well')).toBeTruthy();
  expect(screen.getByRole('cell', { name: 'Yes' })).toBeTruthy();
  expect(screen.queryByRole('checkbox')).toBeNull();
});

test('what a mapping reads is shown by the labels of the server', async () => {
  const mapping = {
    columns: { unit_price: 'Preis' },
    attributes: [{ column: 'VIP', name: 'level', type: 'text' as const }],
  };
  await show(<MappedColumns of={{ mapping, labels: { unit_price: { en: 'Unit price', zh: '单价' } } }} />);
  expect(screen.getAllByRole('term').map((term) => term.textContent)).toEqual(['Unit price', 'level']);
  expect(screen.queryByText('unit_price')).toBeNull();
});
