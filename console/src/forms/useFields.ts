import type { FormInstance } from 'antd';
import { useEffect, useRef } from 'react';
import { toTrouble } from '../api/problem';

/** `groups[2].when` → ['groups', 2, 'when'], the form's way to name a field. */
export function fieldPath(name: string): (string | number)[] {
  return name
    .split(/[.[\]]+/)
    .filter(Boolean)
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** What the server calls a field, where the form calls it otherwise. */
type Names = Record<string, string>;

/**
 * Puts what the server says about fields beside the fields, and takes it away when it no longer says so.
 * Gives what is left to be said above the form: nothing, when all of it stands beside a field.
 */
export function useFieldErrors(form: FormInstance, error: unknown, names?: Names): unknown {
  const marked = useRef<string[]>([]);
  const called = useRef(names);
  useEffect(() => {
    called.current = names;
  });
  useEffect(() => {
    const fields = error ? (toTrouble(error).fields ?? []) : [];
    const own = (name: string) => called.current?.[name] ?? name;
    form.setFields(marked.current.map((name) => ({ name: fieldPath(name), errors: [] })));
    form.setFields(fields.map((f) => ({ name: fieldPath(own(f.field)), errors: [f.message] })));
    marked.current = fields.map((f) => own(f.field));
  }, [form, error]);
  const fields = error ? (toTrouble(error).fields ?? []) : [];
  if (fields.length === 0) return error;
  const there = new Set(form.getFieldsError().map((field) => field.name.join()));
  return fields.every((f) => there.has(fieldPath(names?.[f.field] ?? f.field).join())) ? undefined : error;
}
