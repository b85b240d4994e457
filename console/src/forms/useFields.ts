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

/** Puts what the server says about fields beside the fields, and takes it away when it no longer says so. */
export function useFieldErrors(form: FormInstance, error: unknown) {
  const marked = useRef<string[]>([]);
  useEffect(() => {
    const fields = error ? (toTrouble(error).fields ?? []) : [];
    form.setFields(marked.current.map((name) => ({ name: fieldPath(name), errors: [] })));
    form.setFields(fields.map((f) => ({ name: fieldPath(f.field), errors: [f.message] })));
    marked.current = fields.map((f) => f.field);
  }, [form, error]);
}
