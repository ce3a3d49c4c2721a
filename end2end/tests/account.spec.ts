// A person's own password.

import { audit } from '../support/axe';
import { open, press, signIn, told, trySignIn } from '../support/session';
import { expect, test } from '../support/test';
import { words } from '../support/words';

const ja = words('ja');
/** Somebody whom no other test knows: the password is another one afterwards. */
const NUMBER = '10037';
const NEW = 'two lamps and a foghorn';

test('a password is changed by who knows it, and every other device is signed out', async ({ people, demo }) => {
  const { password } = demo.login('staff');
  const [here, there] = [await people.arrive(demo, 'ja'), await people.arrive(demo, 'ja')];
  for (const page of [here, there]) await signIn(page, 'ja', { number: NUMBER, password });
  await open(here, '/account');
  const fields = [ja.oldPassword, ja.newPassword, ja.newPasswordAgain].map((label) => here.getByLabel(label));
  const change = async (typed: readonly string[], state: string) => {
    for (const [at, field] of fields.entries()) await field.fill(typed[at]);
    await press(here, here.getByRole('button', { name: ja.changePassword, exact: true }), state);
  };
  for (const [typed, message] of [
    [['not this one at all', NEW, NEW], '現在のパスワードが違います'],
    [[password, NEW, `${NEW}s`], '二つの新しいパスワードが一致していません'],
    [[password, 'too short', 'too short'], 'パスワードは12文字以上'],
    [[password, password, password], '現在のパスワードと同じです'],
  ] as const) {
    await change(typed, 'refused');
    await told(here, message);
    for (const field of fields) await expect(field, 'no password is ever sent back').toHaveValue('');
  }
  await there.goto('/account');
  await expect(there, 'nothing has changed so far').toHaveURL(/\/account$/);

  await change([password, NEW, NEW], 'changed');
  await expect(here).toHaveURL(/\/sign-in\?notice=password$/);
  await told(here, ja.passwordChanged);
  await there.goto('/results');
  await expect(there).toHaveURL(/\/sign-in\?next=%2Fresults$/);
  await trySignIn(there, 'ja', { number: NUMBER, password });
  await told(there, ja.wrongPassword);
  await trySignIn(there, 'ja', { number: NUMBER, password: NEW });
  await expect(there, 'and then where one wanted to go').toHaveURL(/\/results$/);
  await audit(there);
});
