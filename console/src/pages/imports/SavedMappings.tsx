import { DeleteOutlined, EditOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Drawer } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Api } from '../../api/client';
import { useFormat } from '../../hooks/useFormat';
import { useMay } from '../../hooks/useMe';
import { useReturnFocus } from '../../hooks/useReturnFocus';
import { Loaded } from '../../ui/Loaded';
import { Nothing } from '../../ui/Nothing';
import { useReport } from '../../ui/useReport';
import { MappedColumns } from './MappedColumns';
import { RenameMapping } from './RenameMapping';

/** The mappings that were saved: what is read from where, renaming and forgetting one. */
export function SavedMappings({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const query = api.useQuery('get', '/api/v1/mappings');
  useReturnFocus();
  return (
    <Drawer open onClose={onClose} title={t('mappings.title')} size="large">
      <p className="gx-soft">{t('mappings.lead')}</p>
      <Loaded query={query}>
        {(mappings) =>
          mappings.length === 0 ? (
            <Nothing title={t('mappings.none')} hint={t('mappings.none_hint')} />
          ) : (
            <ul className="gx-saved">
              {mappings.map((one) => (
                <SavedMapping key={one.name} one={one} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Drawer>
  );
}

function SavedMapping({ one }: { one: Api['MappingRow'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay();
  const { modal } = App.useApp();
  const report = useReport();
  const [renaming, setRenaming] = useState(false);
  const client = useQueryClient();
  const remove = api.useMutation('delete', '/api/v1/mappings/{name}', {
    onSettled: () => client.invalidateQueries({ queryKey: ['get', '/api/v1/mappings'] }),
    onError: report,
  });
  const ask = () =>
    void modal.confirm({
      title: t('mappings.remove_ask', { name: one.name }),
      content: t('mappings.remove_lead'),
      okText: t('mappings.remove_ok'),
      okButtonProps: { danger: true },
      onOk: () =>
        remove
          .mutateAsync({ params: { path: { name: one.name }, header: { 'If-Match': one.etag } } })
          .catch(() => undefined),
    });
  return (
    <li>
      <div className="gx-saved-head">
        <div>
          <strong>{one.name}</strong>
          <div className="gx-faint gx-small">
            {t(`imports.kinds.${one.kind}`)} · {format.time(one.updated_at)}
          </div>
        </div>
        {may('import.run') && (
          <div>
            <Button
              type="text"
              icon={<EditOutlined />}
              aria-label={t('mappings.rename', { name: one.name })}
              onClick={() => setRenaming(true)}
            />
            <Button
              type="text"
              icon={<DeleteOutlined />}
              loading={remove.isPending}
              aria-label={t('mappings.remove', { name: one.name })}
              onClick={ask}
            />
          </div>
        )}
        {renaming && <RenameMapping of={one} onClose={() => setRenaming(false)} />}
      </div>
      <MappedColumns of={one} />
    </li>
  );
}
