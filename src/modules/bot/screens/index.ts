import type { OutgoingMessage } from '../../telegram/index.js';
import type { Step } from '../conversation.schemas.js';
import type { AccountShow, Show } from '../conversation.types.js';
import { cabinetScreen, languagesScreen, statementScreen } from './account.screen.js';
import { insufficientScreen, notAcceptingScreen, tooManyScreen, tooOftenScreen } from './confirm.screen.js';
import { consentScreen } from './consent.screen.js';
import { eraseBusyScreen, erasedScreen, eraseScreen } from './erase.screen.js';
import { stepScreen } from './generate.screen.js';
import { helpScreen, menuScreen, paySupportScreen, termsScreen, welcomeScreen } from './menu.screen.js';
import { payScreen, paymentOverScreen } from './pay.screen.js';
import {
  emailScreen,
  notOnOfferScreen,
  plansScreen,
  purchaseUnavailableScreen,
  wayScreen,
} from './plans.screen.js';
import { hintText } from './problem.screen.js';
import type { ScreenData } from './screen-data.js';
import { videoScreen, videosScreen } from './videos.screen.js';

export { videoScreen } from './videos.screen.js';
export { welcomeBackScreen } from './menu.screen.js';
export { apologyScreen, bannedScreen, maintenanceScreen, slowDownScreen } from './problem.screen.js';
export type { ScreenData } from './screen-data.js';

/** A screen of the conversation; the progress of a started order is the notifications' own. */
export type ConversationScreen = Exclude<Show, { screen: 'started' }>;

/** The message for what the rules decided to show. A draft's screen without a draft, which no rule asks for, is the menu. */
export function renderScreen(show: ConversationScreen, data: ScreenData): OutgoingMessage {
  const { draft } = data.state;
  switch (show.screen) {
    case 'welcome':
      return welcomeScreen(data, show);
    case 'consent':
    case 'languages':
    case 'cabinet':
    case 'statement':
    case 'videos':
    case 'video':
    case 'erase_ask':
    case 'erase_sure':
    case 'erase_busy':
    case 'erased':
      return renderAccount(show, data);
    case 'help':
      return helpScreen(data);
    case 'insufficient':
      return draft ? insufficientScreen({ ...data, draft }, show) : menuScreen(data);
    case 'too_many':
      return draft ? tooManyScreen({ ...data, draft }, show) : menuScreen(data);
    case 'too_often':
      return draft ? tooOftenScreen({ ...data, draft }, show) : menuScreen(data);
    case 'not_accepting':
      return draft ? notAcceptingScreen({ ...data, draft }) : menuScreen(data);
    case 'paysupport':
      return paySupportScreen(data);
    case 'terms':
      return termsScreen(data);
    case 'plans':
      return plansScreen(data, show.offers);
    case 'way':
      return wayScreen(data, show);
    case 'not_on_offer':
      return notOnOfferScreen(data);
    case 'purchase_unavailable':
      return purchaseUnavailableScreen(data);
    case 'pay':
      return payScreen(data, show.payment, show.asked);
    case 'payment_over':
      return paymentOverScreen(data, show.payment);
    default: {
      const message = renderStep(show.screen, data);
      if (!show.hint) return message;
      return { ...message, text: `${hintText(show.hint, data)}\n\n${message.text}` };
    }
  }
}

function renderAccount(show: Exclude<AccountShow, { screen: 'welcome' }>, data: ScreenData): OutgoingMessage {
  switch (show.screen) {
    case 'consent':
      return consentScreen(data);
    case 'languages':
      return languagesScreen(data);
    case 'cabinet':
      return cabinetScreen(data, show.inFlight);
    case 'statement':
      return statementScreen(data, show.page);
    case 'videos':
      return videosScreen(data, show.page);
    case 'video':
      return videoScreen(data.language, show.video, data.timeZone);
    case 'erase_ask':
    case 'erase_sure':
      return eraseScreen(data, show);
    case 'erase_busy':
      return eraseBusyScreen(data, show);
    case 'erased':
      return erasedScreen(data);
  }
}

function renderStep(step: Step, data: ScreenData): OutgoingMessage {
  const { draft } = data.state;
  if (step === 'email') return emailScreen(data);
  return step === 'menu' || !draft ? menuScreen(data) : stepScreen(step, { ...data, draft });
}
