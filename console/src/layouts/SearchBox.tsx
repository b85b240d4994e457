import { SearchOutlined } from '@ant-design/icons';
import { Input, Modal } from 'antd';
import { useId, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api } from '../api/client';
import { useDebounced } from '../hooks/useDebounced';
import { useReturnFocus } from '../hooks/useReturnFocus';
import { useMay } from '../hooks/useMe';
import { useFound } from './useFound';
import { Trouble } from '../ui/Trouble';

/** Global search: customers, segments, questions and pages, all by keyboard. */
export function SearchBox({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const may = useMay();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const id = useId();
  useReturnFocus();
  const asked = useDebounced(text.trim(), 150);
  const enabled = asked.length > 0 && may('customers.read');
  const query = api.useQuery('get', '/api/v1/search', { params: { query: { q: asked, limit: 8 } } }, { enabled });
  const found = useFound(text.trim(), enabled ? query.data : undefined);
  const here = Math.min(at, found.length - 1);

  const go = (path: string | undefined) => {
    if (!path) return;
    onClose();
    void navigate(path);
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      setAt((here + step + found.length) % Math.max(found.length, 1));
    } else if (event.key === 'Enter') go(found[here]?.path);
  };

  return (
    <Modal
      open
      onCancel={onClose}
      footer={null}
      closable={false}
      className="gx-search"
      width={640}
      title={<span className="gx-hidden">{t('shell.search')}</span>}
    >
      <Input
        autoFocus
        size="large"
        variant="borderless"
        prefix={<SearchOutlined aria-hidden />}
        placeholder={t('search.placeholder')}
        aria-label={t('search.placeholder')}
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls={id}
        aria-activedescendant={found[here] ? `${id}-${here}` : undefined}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKey}
      />
      {query.error && enabled ? <Trouble error={query.error} /> : null}
      <ul id={id} role="listbox" aria-label={t('search.results')} className="gx-found">
        {found.map((item, index) => (
          <li
            key={item.path}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === here}
            className={index === here ? 'gx-here' : undefined}
            onMouseMove={() => setAt(index)}
            onClick={() => go(item.path)}
          >
            <span className="gx-found-kind">{t(`search.kind.${item.kind}`)}</span>
            <span className="gx-found-text">{item.text}</span>
            <span className="gx-faint">{item.more}</span>
          </li>
        ))}
      </ul>
      {text && found.length === 0 && !query.isFetching && <p className="gx-found-none">{t('search.none', { text })}</p>}
      <p className="gx-found-keys gx-faint">{t('search.keys')}</p>
    </Modal>
  );
}
