import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useTrouble } from './Trouble';

let count = 0;

/** Says that something was done, and offers the way back for a while. */
export function useUndo() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const trouble = useTrouble();
  return (text: string, back: () => unknown) => {
    const key = `undo${++count}`;
    const undo = () => {
      message.destroy(key);
      // What was changed since cannot be brought back any more: that is said.
      void Promise.resolve(back()).catch((error: unknown) => {
        const { title, detail } = trouble(error);
        void message.error([title, detail].filter(Boolean).join(': '));
      });
    };
    void message.success({
      key,
      duration: 8,
      content: (
        <>
          {text}{' '}
          <Button type="link" size="small" onClick={undo}>
            {t('common.undo')}
          </Button>
        </>
      ),
    });
  };
}
