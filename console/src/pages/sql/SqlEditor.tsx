import { autocompletion, closeCompletion, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { sql, StandardSQL } from '@codemirror/lang-sql';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState, Prec } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { Api } from '../../api/client';

interface Props {
  value: string;
  schema?: Api['SqlSchema'];
  onChange: (text: string) => void;
  onRun: (text: string) => void;
  /** Filled with what puts text at the cursor. */
  insert: RefObject<(text: string) => void>;
}

const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce;
const colors = HighlightStyle.define([
  { tag: tags.keyword, class: 'gx-sql-word' },
  { tag: tags.string, class: 'gx-sql-text' },
  { tag: tags.number, class: 'gx-sql-number' },
  { tag: tags.comment, class: 'gx-faint' },
]);

/** The editor, with the tables and columns to choose from. */
export function SqlEditor({ value, schema, onChange, onRun, insert }: Props) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const act = useRef({ onChange, onRun });
  const language = useRef(new Compartment());
  const label = t('sql.editor');
  useEffect(() => {
    act.current = { onChange, onRun };
  });

  useEffect(() => {
    if (!box.current) return;
    const run = (editor: EditorView) => {
      closeCompletion(editor);
      act.current.onRun(editor.state.doc.toString());
      return true;
    };
    const state = EditorState.create({
      extensions: [
        Prec.highest(keymap.of([{ key: 'Mod-Enter', run }])),
        history(),
        keymap.of([...completionKeymap, ...historyKeymap, ...defaultKeymap]),
        language.current.of(sql({ dialect: StandardSQL })),
        autocompletion(),
        syntaxHighlighting(colors),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': label }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) act.current.onChange(update.state.doc.toString());
        }),
        ...(nonce ? [EditorView.cspNonce.of(nonce)] : []),
      ],
    });
    const editor = new EditorView({ state, parent: box.current });
    view.current = editor;
    insert.current = (text) => {
      editor.dispatch(editor.state.replaceSelection(text));
      editor.focus();
    };
    return () => editor.destroy();
  }, [insert, label]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    closeCompletion(editor);
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value, label]);

  useEffect(() => {
    const tables = Object.fromEntries(schema?.tables.map((one) => [one.name, one.columns.map((c) => c.name)]) ?? []);
    view.current?.dispatch({
      effects: language.current.reconfigure(sql({ dialect: StandardSQL, schema: tables })),
    });
  }, [schema, label]);

  return <div ref={box} className="gx-editor" />;
}
