import { InboxOutlined } from '@ant-design/icons';
import { Button, Progress, Upload } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { upload, type Api } from '../../api/client';
import { useFormat } from '../../hooks/useFormat';
import { useUrl } from '../../hooks/useUrl';
import { to } from '../../paths';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { Trouble } from '../../ui/Trouble';
import { LookAtFile } from './LookAtFile';

/** Bytes that the server takes. */
const LARGEST = 2 ** 31;

/** Drop a file, see what was understood, correct it, run. */
export function NewImportPage() {
  const { t } = useTranslation();
  const { get, set } = useUrl();
  const id = get('upload');
  return (
    <Page title={t('imports.new')} lead={t('imports.new_lead')} back={{ to: to.imports(), label: t('imports.title') }}>
      {id ? (
        <LookAtFile key={id} upload={id} name={get('name')} onOther={() => set({ upload: null, name: null })} />
      ) : (
        <Drop onDone={(file) => set({ upload: file.id, name: file.name })} />
      )}
    </Page>
  );
}

/** The place to drop a file, and how far it is on its way. */
function Drop({ onDone }: { onDone: (file: Api['Upload']) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [file, setFile] = useState<File>();
  const [sent, setSent] = useState(0);
  const [error, setError] = useState<unknown>();
  const abort = useRef<AbortController>(null);

  const send = async (chosen: File) => {
    setError(undefined);
    setSent(0);
    if (chosen.size > LARGEST) {
      const detail = t('imports.too_large', { name: chosen.name, size: format.bytes(chosen.size) });
      return setError({ code: 'too_large', status: 413, detail });
    }
    setFile(chosen);
    abort.current = new AbortController();
    try {
      onDone(await upload(chosen, setSent, abort.current.signal));
    } catch (problem) {
      if (!(problem instanceof DOMException && problem.name === 'AbortError')) setError(problem);
    } finally {
      setFile(undefined);
    }
  };
  return (
    <Panel>
      {error ? <Trouble error={error} /> : null}
      {file ? (
        <div className="gx-sending" aria-live="polite">
          <strong>{file.name}</strong>
          <Progress percent={Math.floor((sent / Math.max(1, file.size)) * 100)} aria-label={t('imports.sending')} />
          <span className="gx-faint">
            {t('imports.sent', { sent: format.bytes(sent), size: format.bytes(file.size) })}
          </span>
          <Button onClick={() => abort.current?.abort()}>{t('common.cancel')}</Button>
        </div>
      ) : (
        <Upload.Dragger
          className="gx-drop"
          accept=".csv,.tsv,.txt,.xlsx,.jsonl,.ndjson,.parquet,.gz,.zst"
          showUploadList={false}
          beforeUpload={(chosen) => {
            void send(chosen);
            return false;
          }}
        >
          <p className="gx-drop-icon">
            <InboxOutlined aria-hidden />
          </p>
          <p className="gx-strong">{t('imports.drop')}</p>
          <p className="gx-soft">{t('imports.drop_hint')}</p>
        </Upload.Dragger>
      )}
      <ul className="gx-hints gx-soft">
        <li>{t('imports.hint.kinds')}</li>
        <li>{t('imports.hint.found')}</li>
        <li>{t('imports.hint.safe')}</li>
      </ul>
    </Panel>
  );
}
