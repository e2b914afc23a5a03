import type { KnownBlock, View, MessageMetadata, AppMentionEvent, AppHomeOpenedEvent, GenericMessageEvent, FileShareMessageEvent, TokensRevokedEvent, AppUninstalledEvent } from '@slack/types';
import type { SlashCommand as SC, BlockAction as BA, ViewSubmitAction as VS, MessageShortcut as MS, ButtonAction, EnvelopedEvent } from '@slack/bolt';
export interface Message { channel: string; text: string; blocks?: KnownBlock[]; thread_ts?: string; metadata?: MessageMetadata }
export type Shown = View;
export type Command = SC;
export type Click = BA<ButtonAction>;
export type Submission = VS;
export type Shortcut = MS;
export type Event = EnvelopedEvent<AppMentionEvent | AppHomeOpenedEvent | GenericMessageEvent | FileShareMessageEvent | TokensRevokedEvent | AppUninstalledEvent>;
import type { Manifest as MF } from '@slack/web-api/dist/types/request/manifest.js';
export type AppManifest = MF;
