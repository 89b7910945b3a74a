BEGIN TRANSACTION;
CREATE TABLE "area" ("id" INTEGER NOT NULL PRIMARY KEY, "user_id" INTEGER NOT NULL, "subject_id" INTEGER NOT NULL, "volume" VARCHAR(100) NOT NULL, "directory" TEXT NOT NULL, "path" TEXT NOT NULL, "uid" INTEGER, "gone_at" DATETIME, "remark" TEXT NOT NULL, "hard_quota" INTEGER NOT NULL, "temporal_quota" REAL NOT NULL, "own_hard_quota" INTEGER NOT NULL, "own_temporal_quota" INTEGER NOT NULL, "added_at" DATETIME NOT NULL, "last_scanned" DATETIME, "last_attempt" DATETIME NOT NULL, "last_scan" VARCHAR(36), "level" INTEGER, "size" INTEGER, "rescan_asked_at" DATETIME, "judged_by" VARCHAR(16) NOT NULL, FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE, FOREIGN KEY ("subject_id") REFERENCES "subject" ("id") ON DELETE CASCADE);
INSERT INTO "area" VALUES(1,1,1,'vol1','ada','/vol1/ada',NULL,NULL,'',1000,1.0e+18,1,1,'2026-03-02 08:00:00','2026-03-05 08:00:00','2026-03-05 08:00:00','10fc9adf-c658-4a93-92e3-c90f879ab9f1',3,1203,NULL,'05d8576f58a3eaba');
INSERT INTO "area" VALUES(2,2,2,'vol1','ben','/vol1/ben',NULL,NULL,'',1000,1.0e+18,1,1,'2026-03-02 08:00:00','2026-03-05 08:00:00','2026-03-05 08:00:00','9de4935f-d24c-4256-9ea8-c4e317bc1718',0,300,NULL,'05d8576f58a3eaba');
INSERT INTO "area" VALUES(3,3,3,'vol1','cleo','/vol1/cleo',NULL,NULL,'',1000,1.0e+18,1,1,'2026-03-02 08:00:00','2026-03-05 08:00:00','2026-03-05 08:00:00','972463fb-421f-48ce-bd7e-4a47e62ae927',0,100,NULL,'05d8576f58a3eaba');
INSERT INTO "area" VALUES(4,4,4,'vol1','dan','/vol1/dan',NULL,NULL,'',1000,1.0e+18,1,1,'2026-03-02 08:00:00',NULL,'1970-01-01 00:00:00',NULL,NULL,NULL,NULL,'');
CREATE TABLE "binding" ("id" INTEGER NOT NULL PRIMARY KEY, "issuer" TEXT NOT NULL, "subject" TEXT NOT NULL, "name" VARCHAR(64) NOT NULL, "bound_at" DATETIME NOT NULL);
CREATE TABLE "change" ("id" INTEGER NOT NULL PRIMARY KEY, "at" DATETIME NOT NULL, "name" VARCHAR(64) NOT NULL, "client" VARCHAR(64) NOT NULL, "what" TEXT NOT NULL);
CREATE TABLE "dataset" ("uid" VARCHAR(100) NOT NULL PRIMARY KEY, "spec" VARCHAR(100) NOT NULL, "path" TEXT NOT NULL, "arguments" TEXT NOT NULL, "points" TEXT NOT NULL, "document" TEXT NOT NULL, "owner" VARCHAR(100) NOT NULL, "group_name" VARCHAR(100) NOT NULL, "description" TEXT NOT NULL, "originator" TEXT NOT NULL, "metadata" TEXT NOT NULL, "state" VARCHAR(8) NOT NULL, "registered_at" DATETIME NOT NULL, "modified_at" DATETIME);
CREATE TABLE "delivery" ("id" INTEGER NOT NULL PRIMARY KEY, "message_id" VARCHAR(36) NOT NULL, "channel" VARCHAR(100) NOT NULL, "address" TEXT NOT NULL, "state" VARCHAR(8) NOT NULL, "attempts" INTEGER NOT NULL, "due_at" DATETIME NOT NULL, "sent_at" DATETIME, "error" TEXT NOT NULL, FOREIGN KEY ("message_id") REFERENCES "message" ("id") ON DELETE CASCADE);
INSERT INTO "delivery" VALUES(1,'d5232fcb-47c4-4eac-aa72-5ad70ce09be6','email','ada@example.org','queued',0,'2026-03-02 08:00:00',NULL,'');
INSERT INTO "delivery" VALUES(2,'aebc97f9-bb07-4a0b-b1a4-ecc5591d1a31','email','ben@example.org','queued',0,'2026-03-02 08:00:00',NULL,'');
INSERT INTO "delivery" VALUES(3,'47ffc130-d46f-4c73-a26b-2266069bc08c','email','ada@example.org','queued',0,'2026-03-05 08:00:00',NULL,'');
INSERT INTO "delivery" VALUES(4,'06977da1-2499-40c8-8fdc-4fa63f915596','email','ben@example.org','queued',0,'2026-03-05 08:00:00',NULL,'');
CREATE TABLE "directory_usage" ("id" INTEGER NOT NULL PRIMARY KEY, "load_id" VARCHAR(36) NOT NULL, "volume" VARCHAR(100) NOT NULL, "gid" INTEGER NOT NULL, "base" TEXT NOT NULL, "directory" TEXT NOT NULL, "bytes" INTEGER NOT NULL, "files" INTEGER NOT NULL, "newest" INTEGER NOT NULL, "kinds" TEXT NOT NULL, FOREIGN KEY ("load_id") REFERENCES "load" ("id") ON DELETE CASCADE);
CREATE TABLE "episode" ("id" INTEGER NOT NULL PRIMARY KEY, "subject_id" INTEGER NOT NULL, "plugin" VARCHAR(100) NOT NULL, "policy" VARCHAR(100) NOT NULL, "level" INTEGER NOT NULL, "finding" TEXT NOT NULL, "began_at" DATETIME NOT NULL, "as_of" DATETIME NOT NULL, "fresh_until" DATETIME NOT NULL, "unread" TEXT NOT NULL, "obscured_since" DATETIME, "ended_at" DATETIME, "settled" INTEGER NOT NULL, "told_level" INTEGER, "told_at" DATETIME, "told_limit" REAL, "thread" VARCHAR(36), "milestone" INTEGER, "told_milestone" INTEGER, "told_obscured" INTEGER NOT NULL, "lower_since" DATETIME, "resumed_at" DATETIME, "repeats" INTEGER NOT NULL, "replied" INTEGER, "quiet_until" DATETIME, "snoozes" INTEGER NOT NULL, "escalated" INTEGER NOT NULL, "doubted" INTEGER NOT NULL, "silence" TEXT NOT NULL, FOREIGN KEY ("subject_id") REFERENCES "subject" ("id") ON DELETE CASCADE);
INSERT INTO "episode" VALUES(1,1,'quota_hard','quota_hard',3,'{"level":"over","used":1203,"limit":1000,"unit":"bytes","title":"hard quota","due":null,"from_history":false,"facts":[],"policy":null,"thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":""}','2026-03-02 08:00:00','2026-03-05 08:00:00','2026-03-05 08:00:00','[]',NULL,NULL,0,3,'2026-03-05 08:00:00',1000.0,'d5232fcb-47c4-4eac-aa72-5ad70ce09be6',NULL,NULL,0,NULL,NULL,1,NULL,NULL,0,0,0,'');
INSERT INTO "episode" VALUES(2,2,'quota_hard','quota_hard',0,'{"level":"ok","used":300,"limit":1000,"unit":"bytes","title":"hard quota","due":null,"from_history":false,"facts":[],"policy":null,"thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":""}','2026-03-02 08:00:00','2026-03-05 08:00:00','2026-03-05 08:00:00','[]',NULL,'2026-03-05 08:00:00',1,3,'2026-03-05 08:00:00',1000.0,'aebc97f9-bb07-4a0b-b1a4-ecc5591d1a31',NULL,NULL,0,'2026-03-05 08:00:00',NULL,0,NULL,NULL,0,0,0,'');
CREATE TABLE "event" ("id" INTEGER NOT NULL PRIMARY KEY, "subject_id" INTEGER NOT NULL, "episode" INTEGER, "policy" VARCHAR(100) NOT NULL, "at" DATETIME NOT NULL, "kind" VARCHAR(16) NOT NULL, "level" INTEGER NOT NULL, "what" TEXT NOT NULL, FOREIGN KEY ("subject_id") REFERENCES "subject" ("id") ON DELETE CASCADE);
INSERT INTO "event" VALUES(1,1,1,'quota_hard','2026-03-02 08:00:00','began',3,'1.2 kB of 1 kB');
INSERT INTO "event" VALUES(2,1,1,'quota_hard','2026-03-02 08:00:00','told',3,'began: [XFC] You have used 120 % of your space on vol1');
INSERT INTO "event" VALUES(3,2,2,'quota_hard','2026-03-02 08:00:00','began',3,'1.1 kB of 1 kB');
INSERT INTO "event" VALUES(4,2,2,'quota_hard','2026-03-02 08:00:00','told',3,'began: [XFC] You have used 110 % of your space on vol1');
INSERT INTO "event" VALUES(5,2,2,'quota_hard','2026-03-04 08:00:00','doubted',3,'500 B of 1 kB; less than half of what was there before, so a second scan has to find the same');
INSERT INTO "event" VALUES(6,1,1,'quota_hard','2026-03-05 08:00:00','told',3,'repeat: [XFC] You are still using 120 % of your space on vol1 (reminder)');
INSERT INTO "event" VALUES(7,2,2,'quota_hard','2026-03-05 08:00:00','ended',0,'300 B of 1 kB');
INSERT INTO "event" VALUES(8,2,2,'quota_hard','2026-03-05 08:00:00','told',0,'ended: [XFC] Thank you: you are down to 30 % of your space on vol1');
CREATE TABLE "exemption" ("id" INTEGER NOT NULL PRIMARY KEY, "subject_id" INTEGER NOT NULL, "policy" VARCHAR(100) NOT NULL, "until" DATETIME NOT NULL, "reason" TEXT NOT NULL, "granted_at" DATETIME NOT NULL, "told_at" DATETIME, "over" INTEGER NOT NULL, FOREIGN KEY ("subject_id") REFERENCES "subject" ("id") ON DELETE CASCADE);
INSERT INTO "exemption" VALUES(1,2,'quota_temporal','2026-05-01 08:00:00','agreed','2026-03-02 08:00:00',NULL,0);
CREATE TABLE "file" ("id" INTEGER NOT NULL PRIMARY KEY, "replica_id" INTEGER NOT NULL, "name" TEXT NOT NULL, "place" VARCHAR(32) NOT NULL, "size" INTEGER NOT NULL, "hash" TEXT NOT NULL, "stamp" TEXT NOT NULL, "part" INTEGER NOT NULL, "left" INTEGER NOT NULL, "origin" INTEGER NOT NULL, "state" VARCHAR(8) NOT NULL, "verified_at" DATETIME, FOREIGN KEY ("replica_id") REFERENCES "replica" ("id") ON DELETE CASCADE);
CREATE TABLE "group_limit" ("id" INTEGER NOT NULL PRIMARY KEY, "group_id" INTEGER NOT NULL, "volume" VARCHAR(100) NOT NULL, "bytes" INTEGER NOT NULL, "files" INTEGER NOT NULL, "set_at" DATETIME NOT NULL, FOREIGN KEY ("group_id") REFERENCES "groups" ("gid") ON DELETE CASCADE);
CREATE TABLE "group_standing" ("id" INTEGER NOT NULL PRIMARY KEY, "volume" VARCHAR(100) NOT NULL, "gid" INTEGER NOT NULL, "as_of" DATETIME NOT NULL, "bytes" INTEGER NOT NULL, "files" INTEGER NOT NULL, "newest" INTEGER NOT NULL, "quota" INTEGER NOT NULL, "quota_files" INTEGER NOT NULL, "quota_source" TEXT NOT NULL, "quota_as_of" DATETIME, "level" INTEGER NOT NULL, "bases" TEXT NOT NULL, "latest" INTEGER NOT NULL);
CREATE TABLE "group_usage" ("id" INTEGER NOT NULL PRIMARY KEY, "load_id" VARCHAR(36) NOT NULL, "volume" VARCHAR(100) NOT NULL, "gid" INTEGER NOT NULL, "base" TEXT NOT NULL, "bytes" INTEGER NOT NULL, "files" INTEGER NOT NULL, "newest" INTEGER NOT NULL, "kinds" TEXT NOT NULL, "ages" TEXT NOT NULL, "temporary" INTEGER NOT NULL, FOREIGN KEY ("load_id") REFERENCES "load" ("id") ON DELETE CASCADE);
CREATE TABLE "groups" ("gid" INTEGER NOT NULL PRIMARY KEY, "name" VARCHAR(100) NOT NULL, "found_head" VARCHAR(100) NOT NULL, "found_contact" TEXT NOT NULL, "found_parent" INTEGER, "found_at" DATETIME, "complete" INTEGER NOT NULL, "shrunk" INTEGER NOT NULL, "head" VARCHAR(100), "contact" TEXT, "parent" INTEGER);
CREATE TABLE "heard" ("id" INTEGER NOT NULL PRIMARY KEY, "message_id" VARCHAR(36) NOT NULL, "episode_id" INTEGER NOT NULL, "told_level" INTEGER, "told_at" DATETIME, "told_limit" REAL, "told_milestone" INTEGER, "told_obscured" INTEGER NOT NULL, "thread" VARCHAR(36), "repeats" INTEGER NOT NULL, "lower_since" DATETIME, "resumed_at" DATETIME, "ended" INTEGER NOT NULL, FOREIGN KEY ("message_id") REFERENCES "message" ("id") ON DELETE CASCADE, FOREIGN KEY ("episode_id") REFERENCES "episode" ("id") ON DELETE CASCADE);
INSERT INTO "heard" VALUES(1,'d5232fcb-47c4-4eac-aa72-5ad70ce09be6',1,NULL,NULL,NULL,NULL,0,NULL,0,NULL,NULL,0);
INSERT INTO "heard" VALUES(2,'aebc97f9-bb07-4a0b-b1a4-ecc5591d1a31',2,NULL,NULL,NULL,NULL,0,NULL,0,NULL,NULL,0);
INSERT INTO "heard" VALUES(3,'47ffc130-d46f-4c73-a26b-2266069bc08c',1,3,'2026-03-02 08:00:00',1000.0,NULL,0,'d5232fcb-47c4-4eac-aa72-5ad70ce09be6',0,NULL,NULL,0);
INSERT INTO "heard" VALUES(4,'06977da1-2499-40c8-8fdc-4fa63f915596',2,3,'2026-03-02 08:00:00',1000.0,NULL,0,'aebc97f9-bb07-4a0b-b1a4-ecc5591d1a31',0,'2026-03-05 08:00:00',NULL,1);
CREATE TABLE "item" ("id" INTEGER NOT NULL PRIMARY KEY, "dataset_id" VARCHAR(100) NOT NULL, "file" VARCHAR(100) NOT NULL, "number" INTEGER NOT NULL, "name" TEXT NOT NULL, "shape" TEXT NOT NULL, "dtype" TEXT NOT NULL, "hash" TEXT NOT NULL, "statistics" TEXT NOT NULL, "why" TEXT NOT NULL, FOREIGN KEY ("dataset_id") REFERENCES "dataset" ("uid") ON DELETE CASCADE);
CREATE TABLE "journal" ("id" VARCHAR(36) NOT NULL PRIMARY KEY, "dataset" VARCHAR(100) NOT NULL, "command" VARCHAR(10) NOT NULL, "arguments" TEXT NOT NULL, "ordered" INTEGER NOT NULL, "began_at" DATETIME NOT NULL, "started_at" DATETIME, "step" VARCHAR(10) NOT NULL, "source" INTEGER, "target" INTEGER, "folders" TEXT NOT NULL, "turn" INTEGER NOT NULL, "tries" INTEGER NOT NULL, "lease_until" DATETIME NOT NULL, "files" INTEGER NOT NULL, "bytes" INTEGER NOT NULL, "done" INTEGER NOT NULL, "source_store" VARCHAR(100) NOT NULL, "target_store" VARCHAR(100) NOT NULL, "copied_at" DATETIME, "ended_at" DATETIME, "success" INTEGER, "outcome" TEXT NOT NULL, "set_aside_at" DATETIME);
CREATE TABLE "life" ("dataset" VARCHAR(100) NOT NULL PRIMARY KEY, "phase" VARCHAR(8) NOT NULL, "deciding" VARCHAR(8) NOT NULL, "parked" INTEGER NOT NULL, "expires_at" DATETIME, "due_at" DATETIME, "events" INTEGER NOT NULL, "bad" INTEGER NOT NULL);
CREATE TABLE "life_event" ("id" INTEGER NOT NULL PRIMARY KEY, "dataset" VARCHAR(100) NOT NULL, "number" INTEGER NOT NULL, "what" VARCHAR(16) NOT NULL, "at" DATETIME NOT NULL, "who" VARCHAR(250) NOT NULL, "channel" VARCHAR(8) NOT NULL, "data" TEXT NOT NULL);
CREATE TABLE "load" ("id" VARCHAR(36) NOT NULL PRIMARY KEY, "volume" VARCHAR(100) NOT NULL, "name" TEXT NOT NULL, "mtime" INTEGER NOT NULL, "size" INTEGER NOT NULL, "as_of" DATETIME NOT NULL, "state" VARCHAR(8) NOT NULL, "ordered_at" DATETIME NOT NULL, "lease_until" DATETIME, "attempts" INTEGER NOT NULL, "ended_at" DATETIME, "lines" INTEGER NOT NULL, "cells" INTEGER NOT NULL, "seconds" REAL NOT NULL, "failure" TEXT);
CREATE TABLE "managed" ("dataset" VARCHAR(100) NOT NULL PRIMARY KEY, "machine" VARCHAR(100) NOT NULL, "folder" TEXT NOT NULL, "filename" TEXT NOT NULL, "size" INTEGER NOT NULL);
CREATE TABLE "mark" ("name" VARCHAR(40) NOT NULL PRIMARY KEY, "at" DATETIME NOT NULL);
INSERT INTO "mark" VALUES('live','1970-01-01 00:00:00');
INSERT INTO "mark" VALUES('ticked','2026-03-02 08:00:00');
CREATE TABLE "membership" ("id" INTEGER NOT NULL PRIMARY KEY, "group_id" INTEGER NOT NULL, "username" VARCHAR(100) NOT NULL, FOREIGN KEY ("group_id") REFERENCES "groups" ("gid") ON DELETE CASCADE);
CREATE TABLE "message" ("id" VARCHAR(36) NOT NULL PRIMARY KEY, "user_id" INTEGER NOT NULL, "created_at" DATETIME NOT NULL, "mode" VARCHAR(8) NOT NULL, "broke_interval" VARCHAR(8) NOT NULL, "thread" VARCHAR(36) NOT NULL, "level" INTEGER NOT NULL, "reasons" TEXT NOT NULL, "subject" TEXT NOT NULL, "text" TEXT, "html" TEXT, "drawings" TEXT, "unsubscribe" TEXT NOT NULL, "audience" VARCHAR(9) NOT NULL, FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE);
INSERT INTO "message" VALUES('d5232fcb-47c4-4eac-aa72-5ad70ce09be6',1,'2026-03-02 08:00:00','live','','d5232fcb-47c4-4eac-aa72-5ad70ce09be6',3,'[{"subject":1,"area":"/vol1/ada","policy":"quota_hard","reason":"began","level":"over"}]','[XFC] You have used 120 % of your space on vol1','Dear Ada,

You have used 120 % of your space on vol1.

Your hard quota is 1 kB, and you use 1.2 kB, which is 0.2 kB over it.

Where you stand on vol1

  Hard quota         1.2 kB  of 1 kB       120 %  over the limit
  Temporal quota  0 EB·days  of 1 EB·days    0 %  fine

  Your area: /vol1/ada
  Measured on Monday 2 March 2026, 08:00 UTC: 2 files, and everything
  could be read. Sizes are the lengths of files.

What helps

  1. Freeing what is over brings you back within your hard quota; freeing
     0.4 kB takes you down to 80 %.
  2. Move what you keep to project storage, and delete the rest.

Byte-days are size × time kept: 2 TB kept for 7 days are 14 TB·days. The
age of a file is counted from its last change (ctime). Sizes are decimal:
1 TB is 1,000 GB.

You get this message because you have passed your hard quota.
This service never deletes anything.

-- 
XFC
','<!DOCTYPE html><html lang="en" dir="ltr"><head><style>@media (prefers-color-scheme: dark) {
  body, .page { background-color: #15191e !important; }
  .letter { background-color: #1e242b !important; }
  .inner, h1, h2, p, li { color: #e4e8ec !important; }
  .note, .note li, .amount, .detail { color: #a9b4bf !important; }
  .bar { background-color: #39424c !important; }
  .copy { background-color: #15191e !important; color: #e4e8ec !important; }
  .end { border-color: #39424c !important; }
  .percent.ok, .state.ok { color: #7cc7a4 !important; }
  .percent.notice, .state.notice { color: #8bbcef !important; }
  .percent.warning, .state.warning { color: #e6bd6a !important; }
  .percent.over, .state.over { color: #f0a27f !important; }
  a { color: #8bbcef !important; }
} @media (min-width: 640px) {
  .page { padding: 24px 0 !important; }
  .letter { border-radius: 12px !important; }
  .inner { padding: 32px 36px 24px !important; }
} </style>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>[XFC] You have used 120 % of your space on vol1</title>

</head>
<body style="margin: 0;padding: 0;background-color: #f3f5f7;color: #1f2933;-webkit-text-size-adjust: 100%;">
<table class="page" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;background-color: #f3f5f7;"><tbody><tr><td align="center">
<!--[if mso]><table role="presentation" width="600" cellspacing="0" cellpadding="0"><tr><td><![endif]-->
<table class="letter" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;max-width: 600px;table-layout: fixed;background-color: #ffffff;"><tbody><tr><td class="inner" style="padding: 16px 16px 8px;text-align: left;color: #1f2933;font-family: -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', Arial, sans-serif;font-size: 15px;line-height: 1.35;word-wrap: break-word;overflow-wrap: anywhere;">

<p class="greeting" style="margin: 0 0 4px;">Dear Ada,</p>
<h1 style="margin: 0 0 8px;font-size: 20px;line-height: 1.25;font-weight: 600;text-wrap: balance;">You have used 120&nbsp;% of your space on vol1.</h1>
<p style="margin: 0 0 8px;">Your hard quota is 1&nbsp;kB, and you use 1.2&nbsp;kB, which is 0.2&nbsp;kB over it.</p>

<table class="figure" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;margin: 0 0 6px;">
<tbody><tr><td class="title" style="font-size: 14px;">Hard quota</td><td class="percent over" align="right" style="font-size: 15px;font-weight: 600;white-space: nowrap;color: #a0431b;">120 %</td></tr>
<tr><td class="bar" colspan="2" bgcolor="#e3e7ec" style="height: 8px;border-radius: 4px;background-color: #e3e7ec;font-size: 0;line-height: 0;"><table role="presentation" width="100%" cellspacing="0" cellpadding="0" style="border-collapse: separate;border-spacing: 0;"><tbody><tr><td class="used over" style="height: 8px;border-radius: 4px;font-size: 1px;line-height: 8px;background-color: #c8643a;">&nbsp;</td></tr></tbody></table></td></tr>
<tr><td class="amount" style="padding-top: 2px;font-size: 13px;color: #52606d;">1.2&nbsp;kB of 1&nbsp;kB</td><td class="state over" align="right" style="padding-top: 2px;font-size: 13px;white-space: nowrap;color: #a0431b;">over the limit</td></tr>
</tbody></table>
<table class="figure" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;margin: 0 0 6px;">
<tbody><tr><td class="title" style="font-size: 14px;">Temporal quota</td><td class="percent ok" align="right" style="font-size: 15px;font-weight: 600;white-space: nowrap;color: #2c6e51;">0 %</td></tr>
<tr><td class="bar" colspan="2" bgcolor="#e3e7ec" style="height: 8px;border-radius: 4px;background-color: #e3e7ec;font-size: 0;line-height: 0;"></td></tr>
<tr><td class="amount" style="padding-top: 2px;font-size: 13px;color: #52606d;">0&nbsp;EB·days of 1&nbsp;EB·days</td><td class="state ok" align="right" style="padding-top: 2px;font-size: 13px;white-space: nowrap;color: #2c6e51;">fine</td></tr>
</tbody></table>
<p class="note" style="margin: 0 0 8px;font-size: 12px;line-height: 1.35;color: #52606d;">Your area: <span class="path" dir="ltr" style="font-family: ui-monospace, ''SF Mono'', Menlo, Consolas, ''Liberation Mono'', monospace;font-size: 12px;word-break: break-all;overflow-wrap: anywhere;unicode-bidi: isolate;">/vol1/ada</span><br>Measured on Monday 2 March 2026, 08:00 UTC: 2 files, and everything could be read. Sizes are the lengths of files.</p>

<h2 style="margin: 14px 0 6px;font-size: 15px;line-height: 1.4;font-weight: 600;">What helps</h2>
<ol style="margin: 0 0 8px;padding-left: 20px;font-size: 14px;">
<li style="margin: 0 0 5px;">Freeing what is over brings you back within your hard quota; freeing 0.4&nbsp;kB takes you down to 80&nbsp;%.</li>
<li style="margin: 0 0 5px;">Move what you keep to project storage, and delete the rest.</li>
</ol>


<div class="end note" style="font-size: 12px;line-height: 1.35;color: #52606d;margin-top: 8px;padding-top: 6px;border-top: 1px solid #e3e7ec;">
<span><b>XFC</b>: Byte-days are size × time kept: 2&nbsp;TB kept for 7 days are 14&nbsp;TB·days.</span>
<span>You get this message because you have passed your hard quota.
This service never deletes anything.</span>
</div>

</td></tr></tbody></table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr></tbody></table>


</body></html>',NULL,'','user');
INSERT INTO "message" VALUES('aebc97f9-bb07-4a0b-b1a4-ecc5591d1a31',2,'2026-03-02 08:00:00','live','','aebc97f9-bb07-4a0b-b1a4-ecc5591d1a31',3,'[{"subject":2,"area":"/vol1/ben","policy":"quota_hard","reason":"began","level":"over"}]','[XFC] You have used 110 % of your space on vol1','Dear Ben,

You have used 110 % of your space on vol1.

Your hard quota is 1 kB, and you use 1.1 kB, which is 0.1 kB over it.

Where you stand on vol1

  Hard quota         1.1 kB  of 1 kB       110 %  over the limit
  Temporal quota  0 EB·days  of 1 EB·days    0 %  fine

  Your area: /vol1/ben
  Measured on Monday 2 March 2026, 08:00 UTC: 1 file, and everything could
  be read. Sizes are the lengths of files.

What helps

  1. Freeing what is over brings you back within your hard quota; freeing
     0.3 kB takes you down to 80 %.
  2. Move what you keep to project storage, and delete the rest.

Byte-days are size × time kept: 2 TB kept for 7 days are 14 TB·days. The
age of a file is counted from its last change (ctime). Sizes are decimal:
1 TB is 1,000 GB.

You get this message because you have passed your hard quota.
This service never deletes anything.

-- 
XFC
','<!DOCTYPE html><html lang="en" dir="ltr"><head><style>@media (prefers-color-scheme: dark) {
  body, .page { background-color: #15191e !important; }
  .letter { background-color: #1e242b !important; }
  .inner, h1, h2, p, li { color: #e4e8ec !important; }
  .note, .note li, .amount, .detail { color: #a9b4bf !important; }
  .bar { background-color: #39424c !important; }
  .copy { background-color: #15191e !important; color: #e4e8ec !important; }
  .end { border-color: #39424c !important; }
  .percent.ok, .state.ok { color: #7cc7a4 !important; }
  .percent.notice, .state.notice { color: #8bbcef !important; }
  .percent.warning, .state.warning { color: #e6bd6a !important; }
  .percent.over, .state.over { color: #f0a27f !important; }
  a { color: #8bbcef !important; }
} @media (min-width: 640px) {
  .page { padding: 24px 0 !important; }
  .letter { border-radius: 12px !important; }
  .inner { padding: 32px 36px 24px !important; }
} </style>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>[XFC] You have used 110 % of your space on vol1</title>

</head>
<body style="margin: 0;padding: 0;background-color: #f3f5f7;color: #1f2933;-webkit-text-size-adjust: 100%;">
<table class="page" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;background-color: #f3f5f7;"><tbody><tr><td align="center">
<!--[if mso]><table role="presentation" width="600" cellspacing="0" cellpadding="0"><tr><td><![endif]-->
<table class="letter" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;max-width: 600px;table-layout: fixed;background-color: #ffffff;"><tbody><tr><td class="inner" style="padding: 16px 16px 8px;text-align: left;color: #1f2933;font-family: -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', Arial, sans-serif;font-size: 15px;line-height: 1.35;word-wrap: break-word;overflow-wrap: anywhere;">

<p class="greeting" style="margin: 0 0 4px;">Dear Ben,</p>
<h1 style="margin: 0 0 8px;font-size: 20px;line-height: 1.25;font-weight: 600;text-wrap: balance;">You have used 110&nbsp;% of your space on vol1.</h1>
<p style="margin: 0 0 8px;">Your hard quota is 1&nbsp;kB, and you use 1.1&nbsp;kB, which is 0.1&nbsp;kB over it.</p>

<table class="figure" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;margin: 0 0 6px;">
<tbody><tr><td class="title" style="font-size: 14px;">Hard quota</td><td class="percent over" align="right" style="font-size: 15px;font-weight: 600;white-space: nowrap;color: #a0431b;">110 %</td></tr>
<tr><td class="bar" colspan="2" bgcolor="#e3e7ec" style="height: 8px;border-radius: 4px;background-color: #e3e7ec;font-size: 0;line-height: 0;"><table role="presentation" width="100%" cellspacing="0" cellpadding="0" style="border-collapse: separate;border-spacing: 0;"><tbody><tr><td class="used over" style="height: 8px;border-radius: 4px;font-size: 1px;line-height: 8px;background-color: #c8643a;">&nbsp;</td></tr></tbody></table></td></tr>
<tr><td class="amount" style="padding-top: 2px;font-size: 13px;color: #52606d;">1.1&nbsp;kB of 1&nbsp;kB</td><td class="state over" align="right" style="padding-top: 2px;font-size: 13px;white-space: nowrap;color: #a0431b;">over the limit</td></tr>
</tbody></table>
<table class="figure" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;margin: 0 0 6px;">
<tbody><tr><td class="title" style="font-size: 14px;">Temporal quota</td><td class="percent ok" align="right" style="font-size: 15px;font-weight: 600;white-space: nowrap;color: #2c6e51;">0 %</td></tr>
<tr><td class="bar" colspan="2" bgcolor="#e3e7ec" style="height: 8px;border-radius: 4px;background-color: #e3e7ec;font-size: 0;line-height: 0;"></td></tr>
<tr><td class="amount" style="padding-top: 2px;font-size: 13px;color: #52606d;">0&nbsp;EB·days of 1&nbsp;EB·days</td><td class="state ok" align="right" style="padding-top: 2px;font-size: 13px;white-space: nowrap;color: #2c6e51;">fine</td></tr>
</tbody></table>
<p class="note" style="margin: 0 0 8px;font-size: 12px;line-height: 1.35;color: #52606d;">Your area: <span class="path" dir="ltr" style="font-family: ui-monospace, ''SF Mono'', Menlo, Consolas, ''Liberation Mono'', monospace;font-size: 12px;word-break: break-all;overflow-wrap: anywhere;unicode-bidi: isolate;">/vol1/ben</span><br>Measured on Monday 2 March 2026, 08:00 UTC: 1 file, and everything could be read. Sizes are the lengths of files.</p>

<h2 style="margin: 14px 0 6px;font-size: 15px;line-height: 1.4;font-weight: 600;">What helps</h2>
<ol style="margin: 0 0 8px;padding-left: 20px;font-size: 14px;">
<li style="margin: 0 0 5px;">Freeing what is over brings you back within your hard quota; freeing 0.3&nbsp;kB takes you down to 80&nbsp;%.</li>
<li style="margin: 0 0 5px;">Move what you keep to project storage, and delete the rest.</li>
</ol>


<div class="end note" style="font-size: 12px;line-height: 1.35;color: #52606d;margin-top: 8px;padding-top: 6px;border-top: 1px solid #e3e7ec;">
<span><b>XFC</b>: Byte-days are size × time kept: 2&nbsp;TB kept for 7 days are 14&nbsp;TB·days.</span>
<span>You get this message because you have passed your hard quota.
This service never deletes anything.</span>
</div>

</td></tr></tbody></table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr></tbody></table>


</body></html>',NULL,'','user');
INSERT INTO "message" VALUES('47ffc130-d46f-4c73-a26b-2266069bc08c',1,'2026-03-05 08:00:00','live','','d5232fcb-47c4-4eac-aa72-5ad70ce09be6',3,'[{"subject":1,"area":"/vol1/ada","policy":"quota_hard","reason":"repeat","level":"over"}]','[XFC] You are still using 120 % of your space on vol1 (reminder)','Dear Ada,

You are still using 120 % of your space on vol1.

Your hard quota is 1 kB, and you use 1.2 kB, which is 0.2 kB over it.
Since the last message, on Monday 2 March (UTC), hardly anything has
changed.

Where you stand on vol1

  Hard quota         1.2 kB  of 1 kB       120 %  over the limit
  Temporal quota  0 EB·days  of 1 EB·days    0 %  fine

  Your area: /vol1/ada
  Measured on Thursday 5 March 2026, 08:00 UTC: 2 files, and everything
  could be read. Sizes are the lengths of files.
  Hard quota: 3 days ago 1.2 kB, now 1.2 kB; the limit is 1 kB.
  Temporal quota: 3 days ago 0 B·days, now 0 B·days; the limit is
    1 EB·days.

What helps

  1. Freeing what is over brings you back within your hard quota; freeing
     0.41 kB takes you down to 80 %.
  2. Move what you keep to project storage, and delete the rest.

Byte-days are size × time kept: 2 TB kept for 7 days are 14 TB·days. The
age of a file is counted from its last change (ctime). Sizes are decimal:
1 TB is 1,000 GB.

You get this reminder because you are still over your hard quota.
This service never deletes anything.

-- 
XFC
','<!DOCTYPE html><html lang="en" dir="ltr"><head><style>@media (prefers-color-scheme: dark) {
  body, .page { background-color: #15191e !important; }
  .letter { background-color: #1e242b !important; }
  .inner, h1, h2, p, li { color: #e4e8ec !important; }
  .note, .note li, .amount, .detail { color: #a9b4bf !important; }
  .bar { background-color: #39424c !important; }
  .copy { background-color: #15191e !important; color: #e4e8ec !important; }
  .end { border-color: #39424c !important; }
  .percent.ok, .state.ok { color: #7cc7a4 !important; }
  .percent.notice, .state.notice { color: #8bbcef !important; }
  .percent.warning, .state.warning { color: #e6bd6a !important; }
  .percent.over, .state.over { color: #f0a27f !important; }
  a { color: #8bbcef !important; }
} @media (min-width: 640px) {
  .page { padding: 24px 0 !important; }
  .letter { border-radius: 12px !important; }
  .inner { padding: 32px 36px 24px !important; }
} </style>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>[XFC] You are still using 120 % of your space on vol1 (reminder)</title>

</head>
<body style="margin: 0;padding: 0;background-color: #f3f5f7;color: #1f2933;-webkit-text-size-adjust: 100%;">
<table class="page" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;background-color: #f3f5f7;"><tbody><tr><td align="center">
<!--[if mso]><table role="presentation" width="600" cellspacing="0" cellpadding="0"><tr><td><![endif]-->
<table class="letter" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;max-width: 600px;table-layout: fixed;background-color: #ffffff;"><tbody><tr><td class="inner" style="padding: 16px 16px 8px;text-align: left;color: #1f2933;font-family: -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', Arial, sans-serif;font-size: 15px;line-height: 1.35;word-wrap: break-word;overflow-wrap: anywhere;">

<p class="greeting" style="margin: 0 0 4px;">Dear Ada,</p>
<h1 style="margin: 0 0 8px;font-size: 20px;line-height: 1.25;font-weight: 600;text-wrap: balance;">You are still using 120&nbsp;% of your space on vol1.</h1>
<p style="margin: 0 0 8px;">Your hard quota is 1&nbsp;kB, and you use 1.2&nbsp;kB, which is 0.2&nbsp;kB over it. Since the last message, on Monday 2 March (UTC), hardly anything has changed.</p>

<table class="figure" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;margin: 0 0 6px;">
<tbody><tr><td class="title" style="font-size: 14px;">Hard quota</td><td class="percent over" align="right" style="font-size: 15px;font-weight: 600;white-space: nowrap;color: #a0431b;">120 %</td></tr>
<tr><td class="bar" colspan="2" bgcolor="#e3e7ec" style="height: 8px;border-radius: 4px;background-color: #e3e7ec;font-size: 0;line-height: 0;"><table role="presentation" width="100%" cellspacing="0" cellpadding="0" style="border-collapse: separate;border-spacing: 0;"><tbody><tr><td class="used over" style="height: 8px;border-radius: 4px;font-size: 1px;line-height: 8px;background-color: #c8643a;">&nbsp;</td></tr></tbody></table></td></tr>
<tr><td class="amount" style="padding-top: 2px;font-size: 13px;color: #52606d;">1.2&nbsp;kB of 1&nbsp;kB</td><td class="state over" align="right" style="padding-top: 2px;font-size: 13px;white-space: nowrap;color: #a0431b;">over the limit</td></tr>
</tbody></table>
<table class="figure" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;margin: 0 0 6px;">
<tbody><tr><td class="title" style="font-size: 14px;">Temporal quota</td><td class="percent ok" align="right" style="font-size: 15px;font-weight: 600;white-space: nowrap;color: #2c6e51;">0 %</td></tr>
<tr><td class="bar" colspan="2" bgcolor="#e3e7ec" style="height: 8px;border-radius: 4px;background-color: #e3e7ec;font-size: 0;line-height: 0;"></td></tr>
<tr><td class="amount" style="padding-top: 2px;font-size: 13px;color: #52606d;">0&nbsp;EB·days of 1&nbsp;EB·days</td><td class="state ok" align="right" style="padding-top: 2px;font-size: 13px;white-space: nowrap;color: #2c6e51;">fine</td></tr>
</tbody></table>
<p class="note" style="margin: 0 0 8px;font-size: 12px;line-height: 1.35;color: #52606d;">Your area: <span class="path" dir="ltr" style="font-family: ui-monospace, ''SF Mono'', Menlo, Consolas, ''Liberation Mono'', monospace;font-size: 12px;word-break: break-all;overflow-wrap: anywhere;unicode-bidi: isolate;">/vol1/ada</span><br>Measured on Thursday 5 March 2026, 08:00 UTC: 2 files, and everything could be read. Sizes are the lengths of files.</p>
<p class="picture" style="margin: 4px 0;"><img src="cid:course" width="420" alt="Hard quota: 3 days ago 1.2 kB, now 1.2 kB; the limit is 1 kB. Temporal quota: 3 days ago 0 B·days, now 0 B·days; the limit is 1 EB·days." style="display: block;width: 420px;max-width: 100%;height: auto;border: 0;border-radius: 8px;"></p>

<h2 style="margin: 14px 0 6px;font-size: 15px;line-height: 1.4;font-weight: 600;">What helps</h2>
<ol style="margin: 0 0 8px;padding-left: 20px;font-size: 14px;">
<li style="margin: 0 0 5px;">Freeing what is over brings you back within your hard quota; freeing 0.41&nbsp;kB takes you down to 80&nbsp;%.</li>
<li style="margin: 0 0 5px;">Move what you keep to project storage, and delete the rest.</li>
</ol>


<div class="end note" style="font-size: 12px;line-height: 1.35;color: #52606d;margin-top: 8px;padding-top: 6px;border-top: 1px solid #e3e7ec;">
<span><b>XFC</b>: Byte-days are size × time kept: 2&nbsp;TB kept for 7 days are 14&nbsp;TB·days.</span>
<span>You get this reminder because you are still over your hard quota.
This service never deletes anything.</span>
</div>

</td></tr></tbody></table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr></tbody></table>


</body></html>','{"course":{"lines":[{"points":[[-3.0,120.0],[-2.0,120.1],[-1.0,120.2],[0.0,120.3]],"forecast":[],"name":"Hard quota: 120 % of 1 kB","passes":null,"date":""},{"points":[[-3.0,0.0],[-2.0,0.0],[-1.0,0.0],[0.0,0.0]],"forecast":[],"name":"Temporal quota: 0 % of 1 EB\u00b7days","passes":null,"date":""}],"left":-7.0,"right":0.49000000000000005,"top":127.51800000000001,"days":[[-5,"28 Feb"],[0,"today"]],"shares":[[0,"0 %"],[50,"50 %"]],"limit":"limit","forecast":""}}','','reminder');
INSERT INTO "message" VALUES('06977da1-2499-40c8-8fdc-4fa63f915596',2,'2026-03-05 08:00:00','live','','aebc97f9-bb07-4a0b-b1a4-ecc5591d1a31',0,'[{"subject":2,"area":"/vol1/ben","policy":"quota_hard","reason":"ended","level":"ok"}]','[XFC] Thank you: you are down to 30 % of your space on vol1','Dear Ben,

Thank you: you are down to 30 % of your space on vol1.

Your hard quota is 1 kB, and you now use 0.3 kB, which leaves 0.7 kB.
Since the last message, on Monday 2 March (UTC), 800 B have gone.

Where you stand on vol1

  Hard quota         0.3 kB  of 1 kB       30 %  fine
  Temporal quota  0 EB·days  of 1 EB·days   0 %  fine

  Your area: /vol1/ben
  Measured on Thursday 5 March 2026, 08:00 UTC: 1 file, and everything
  could be read. Sizes are the lengths of files.
  Hard quota: 3 days ago 1.1 kB, now 300 B; the limit is 1 kB.
  Temporal quota: 3 days ago 0 B·days, now 0 B·days; the limit is
    1 EB·days.

Byte-days are size × time kept: 2 TB kept for 7 days are 14 TB·days. The
age of a file is counted from its last change (ctime). Sizes are decimal:
1 TB is 1,000 GB.

You get this message because we wrote to you about your hard quota before.
This service never deletes anything.

-- 
XFC
','<!DOCTYPE html><html lang="en" dir="ltr"><head><style>@media (prefers-color-scheme: dark) {
  body, .page { background-color: #15191e !important; }
  .letter { background-color: #1e242b !important; }
  .inner, h1, h2, p, li { color: #e4e8ec !important; }
  .note, .note li, .amount, .detail { color: #a9b4bf !important; }
  .bar { background-color: #39424c !important; }
  .copy { background-color: #15191e !important; color: #e4e8ec !important; }
  .end { border-color: #39424c !important; }
  .percent.ok, .state.ok { color: #7cc7a4 !important; }
  .percent.notice, .state.notice { color: #8bbcef !important; }
  .percent.warning, .state.warning { color: #e6bd6a !important; }
  .percent.over, .state.over { color: #f0a27f !important; }
  a { color: #8bbcef !important; }
} @media (min-width: 640px) {
  .page { padding: 24px 0 !important; }
  .letter { border-radius: 12px !important; }
  .inner { padding: 32px 36px 24px !important; }
} </style>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>[XFC] Thank you: you are down to 30 % of your space on vol1</title>

</head>
<body style="margin: 0;padding: 0;background-color: #f3f5f7;color: #1f2933;-webkit-text-size-adjust: 100%;">
<table class="page" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;background-color: #f3f5f7;"><tbody><tr><td align="center">
<!--[if mso]><table role="presentation" width="600" cellspacing="0" cellpadding="0"><tr><td><![endif]-->
<table class="letter" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;max-width: 600px;table-layout: fixed;background-color: #ffffff;"><tbody><tr><td class="inner" style="padding: 16px 16px 8px;text-align: left;color: #1f2933;font-family: -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', Arial, sans-serif;font-size: 15px;line-height: 1.35;word-wrap: break-word;overflow-wrap: anywhere;">

<p class="greeting" style="margin: 0 0 4px;">Dear Ben,</p>
<h1 style="margin: 0 0 8px;font-size: 20px;line-height: 1.25;font-weight: 600;text-wrap: balance;">Thank you: you are down to 30&nbsp;% of your space on vol1.</h1>
<p style="margin: 0 0 8px;">Your hard quota is 1&nbsp;kB, and you now use 0.3&nbsp;kB, which leaves 0.7&nbsp;kB. Since the last message, on Monday 2 March (UTC), 800&nbsp;B have gone.</p>

<table class="figure" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;margin: 0 0 6px;">
<tbody><tr><td class="title" style="font-size: 14px;">Hard quota</td><td class="percent ok" align="right" style="font-size: 15px;font-weight: 600;white-space: nowrap;color: #2c6e51;">30 %</td></tr>
<tr><td class="bar" colspan="2" bgcolor="#e3e7ec" style="height: 8px;border-radius: 4px;background-color: #e3e7ec;font-size: 0;line-height: 0;"><table role="presentation" width="30%" cellspacing="0" cellpadding="0" style="border-collapse: separate;border-spacing: 0;"><tbody><tr><td class="used ok" style="height: 8px;border-radius: 4px;font-size: 1px;line-height: 8px;background-color: #4c9a78;">&nbsp;</td></tr></tbody></table></td></tr>
<tr><td class="amount" style="padding-top: 2px;font-size: 13px;color: #52606d;">0.3&nbsp;kB of 1&nbsp;kB</td><td class="state ok" align="right" style="padding-top: 2px;font-size: 13px;white-space: nowrap;color: #2c6e51;">fine</td></tr>
</tbody></table>
<table class="figure" role="presentation" cellpadding="0" width="100%" cellspacing="0" style="border-collapse: separate;border-spacing: 0;margin: 0 0 6px;">
<tbody><tr><td class="title" style="font-size: 14px;">Temporal quota</td><td class="percent ok" align="right" style="font-size: 15px;font-weight: 600;white-space: nowrap;color: #2c6e51;">0 %</td></tr>
<tr><td class="bar" colspan="2" bgcolor="#e3e7ec" style="height: 8px;border-radius: 4px;background-color: #e3e7ec;font-size: 0;line-height: 0;"></td></tr>
<tr><td class="amount" style="padding-top: 2px;font-size: 13px;color: #52606d;">0&nbsp;EB·days of 1&nbsp;EB·days</td><td class="state ok" align="right" style="padding-top: 2px;font-size: 13px;white-space: nowrap;color: #2c6e51;">fine</td></tr>
</tbody></table>
<p class="note" style="margin: 0 0 8px;font-size: 12px;line-height: 1.35;color: #52606d;">Your area: <span class="path" dir="ltr" style="font-family: ui-monospace, ''SF Mono'', Menlo, Consolas, ''Liberation Mono'', monospace;font-size: 12px;word-break: break-all;overflow-wrap: anywhere;unicode-bidi: isolate;">/vol1/ben</span><br>Measured on Thursday 5 March 2026, 08:00 UTC: 1 file, and everything could be read. Sizes are the lengths of files.</p>
<p class="picture" style="margin: 4px 0;"><img src="cid:course" width="420" alt="Hard quota: 3 days ago 1.1 kB, now 300 B; the limit is 1 kB. Temporal quota: 3 days ago 0 B·days, now 0 B·days; the limit is 1 EB·days." style="display: block;width: 420px;max-width: 100%;height: auto;border: 0;border-radius: 8px;"></p>



<div class="end note" style="font-size: 12px;line-height: 1.35;color: #52606d;margin-top: 8px;padding-top: 6px;border-top: 1px solid #e3e7ec;">
<span><b>XFC</b>: Byte-days are size × time kept: 2&nbsp;TB kept for 7 days are 14&nbsp;TB·days.</span>
<span>You get this message because we wrote to you about your hard quota before.
This service never deletes anything.</span>
</div>

</td></tr></tbody></table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr></tbody></table>


</body></html>','{"course":{"lines":[{"points":[[-3.0,110.0],[-2.0,110.0],[-1.0,50.0],[0.0,30.0]],"forecast":[],"name":"Hard quota: 30 % of 1 kB","passes":null,"date":""},{"points":[[-3.0,0.0],[-2.0,0.0],[-1.0,0.0],[0.0,0.0]],"forecast":[],"name":"Temporal quota: 0 % of 1 EB\u00b7days","passes":null,"date":""}],"left":-7.0,"right":0.49000000000000005,"top":116.60000000000002,"days":[[-5,"28 Feb"],[0,"today"]],"shares":[[0,"0 %"],[50,"50 %"]],"limit":"limit","forecast":""}}','','user');
CREATE TABLE "move" ("id" INTEGER NOT NULL PRIMARY KEY, "dataset" VARCHAR(100) NOT NULL, "old" TEXT NOT NULL, "new" TEXT NOT NULL, "at" DATETIME NOT NULL, "command" VARCHAR(10) NOT NULL, "arguments" TEXT NOT NULL);
CREATE TABLE "mute" ("id" INTEGER NOT NULL PRIMARY KEY, "user_id" INTEGER NOT NULL, "policy" VARCHAR(100) NOT NULL, "muted_at" DATETIME NOT NULL, FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE);
INSERT INTO "mute" VALUES(1,3,'quota_hard','2026-03-02 08:00:00');
CREATE TABLE "replica" ("id" INTEGER NOT NULL PRIMARY KEY, "dataset_id" VARCHAR(100) NOT NULL, "store" VARCHAR(100) NOT NULL, "root" TEXT NOT NULL, "state" VARCHAR(10) NOT NULL, "verified_at" DATETIME, "packed" INTEGER NOT NULL, FOREIGN KEY ("dataset_id") REFERENCES "dataset" ("uid") ON DELETE CASCADE);
CREATE TABLE "scan" ("id" VARCHAR(36) NOT NULL PRIMARY KEY, "area_id" INTEGER NOT NULL, "state" VARCHAR(8) NOT NULL, "source" VARCHAR(8) NOT NULL, "clock" VARCHAR(8) NOT NULL, "as_of" DATETIME NOT NULL, "progress_at" DATETIME NOT NULL, "ended_at" DATETIME, "slices" INTEGER NOT NULL, "seconds" REAL NOT NULL, "size" INTEGER NOT NULL, "allocated" INTEGER NOT NULL, "files" INTEGER NOT NULL, "temporal_usage" REAL NOT NULL, "complete" INTEGER NOT NULL, "left_out" TEXT, "usage" TEXT, "layers" TEXT, "tree" TEXT, "findings" TEXT, "failure" TEXT, FOREIGN KEY ("area_id") REFERENCES "area" ("id") ON DELETE CASCADE);
INSERT INTO "scan" VALUES('e29db8e9-8926-44d9-94e6-0bf65769a91d',1,'whole','scan','arrival','2026-03-02 08:00:00','2026-03-02 08:00:00','2026-03-02 08:00:00',1,0.1,1200,1200,2,0.0,1,'{}','{"as_of":"2026-03-02T08:00:00+00:00","clock":"arrival","total":[2,1200,1200,0],"directories":0,"symlinks":0,"others":0,"birth_times":0,"oldest":null,"newest":null,"by_age":{},"by_owner":{},"by_directory":{},"oldest_by_directory":{},"by_type":{},"largest":[],"errors":{},"tree":[[0,"",[2,1200,1200,0,0,0],0,0]],"links":[]}','[[1772438400,1200]]',NULL,'[{"level":"over","used":1200,"limit":1000,"unit":"bytes","title":"hard quota","due":null,"from_history":false,"facts":[],"policy":"quota_hard","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_hard"},{"level":"ok","used":0.0,"limit":1e+18,"unit":"byte-days","title":"temporal quota","due":null,"from_history":false,"facts":[],"policy":"quota_temporal","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_temporal"}]',NULL);
INSERT INTO "scan" VALUES('175c900c-a4bd-407d-89aa-ab9794bdce38',2,'whole','scan','arrival','2026-03-02 08:00:00','2026-03-02 08:00:00','2026-03-02 08:00:00',1,0.1,1100,1100,1,0.0,1,'{}','{"as_of":"2026-03-02T08:00:00+00:00","clock":"arrival","total":[1,1100,1100,0],"directories":0,"symlinks":0,"others":0,"birth_times":0,"oldest":null,"newest":null,"by_age":{},"by_owner":{},"by_directory":{},"oldest_by_directory":{},"by_type":{},"largest":[],"errors":{},"tree":[[0,"",[1,1100,1100,0,0,0],0,0]],"links":[]}','[[1772438400,1100]]',NULL,'[{"level":"over","used":1100,"limit":1000,"unit":"bytes","title":"hard quota","due":null,"from_history":false,"facts":[],"policy":"quota_hard","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_hard"},{"level":"ok","used":0.0,"limit":1e+18,"unit":"byte-days","title":"temporal quota","due":null,"from_history":false,"facts":[],"policy":"quota_temporal","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_temporal"}]',NULL);
INSERT INTO "scan" VALUES('a985f4c9-1be1-4c94-b4e7-ecd16cc76277',3,'whole','scan','arrival','2026-03-02 08:00:00','2026-03-02 08:00:00','2026-03-02 08:00:00',1,0.1,100,100,1,0.0,1,'{}','{"as_of":"2026-03-02T08:00:00+00:00","clock":"arrival","total":[1,100,100,0],"directories":0,"symlinks":0,"others":0,"birth_times":0,"oldest":null,"newest":null,"by_age":{},"by_owner":{},"by_directory":{},"oldest_by_directory":{},"by_type":{},"largest":[],"errors":{},"tree":[[0,"",[1,100,100,0,0,0],0,0]],"links":[]}','[[1772438400,100]]',NULL,'[{"level":"ok","used":100,"limit":1000,"unit":"bytes","title":"hard quota","due":null,"from_history":false,"facts":[],"policy":"quota_hard","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_hard"},{"level":"ok","used":0.0,"limit":1e+18,"unit":"byte-days","title":"temporal quota","due":null,"from_history":false,"facts":[],"policy":"quota_temporal","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_temporal"}]',NULL);
INSERT INTO "scan" VALUES('a1715ad2-4cb2-48de-86c8-6e8f15c88709',1,'whole','scan','arrival','2026-03-03 08:00:00','2026-03-03 08:00:00','2026-03-03 08:00:00',1,0.1,1201,1201,2,0.0,1,'{}','{"as_of":"2026-03-03T08:00:00+00:00","clock":"arrival","total":[2,1201,1201,0],"directories":0,"symlinks":0,"others":0,"birth_times":0,"oldest":null,"newest":null,"by_age":{},"by_owner":{},"by_directory":{},"oldest_by_directory":{},"by_type":{},"largest":[],"errors":{},"tree":[[0,"",[2,1201,1201,0,0,0],0,0]],"links":[]}','[[1772438400,1200],[1772524800,1201]]',NULL,'[{"level":"over","used":1201,"limit":1000,"unit":"bytes","title":"hard quota","due":null,"from_history":false,"facts":[],"policy":"quota_hard","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_hard"},{"level":"ok","used":0.0,"limit":1e+18,"unit":"byte-days","title":"temporal quota","due":null,"from_history":true,"facts":[],"policy":"quota_temporal","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_temporal"}]',NULL);
INSERT INTO "scan" VALUES('fea343c4-c0e2-4669-b8c8-688d862cb4ee',2,'whole','scan','arrival','2026-03-03 08:00:00','2026-03-03 08:00:00','2026-03-03 08:00:00',1,0.1,1100,1100,1,0.0,1,'{}','{"as_of":"2026-03-03T08:00:00+00:00","clock":"arrival","total":[1,1100,1100,0],"directories":0,"symlinks":0,"others":0,"birth_times":0,"oldest":null,"newest":null,"by_age":{},"by_owner":{},"by_directory":{},"oldest_by_directory":{},"by_type":{},"largest":[],"errors":{},"tree":[[0,"",[1,1100,1100,0,0,0],0,0]],"links":[]}','[[1772438400,1100]]',NULL,'[{"level":"over","used":1100,"limit":1000,"unit":"bytes","title":"hard quota","due":null,"from_history":false,"facts":[],"policy":"quota_hard","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_hard"},{"level":"ok","used":0.0,"limit":1e+18,"unit":"byte-days","title":"temporal quota","due":null,"from_history":true,"facts":[],"policy":"quota_temporal","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_temporal"}]',NULL);
INSERT INTO "scan" VALUES('a670413c-1e2b-4aaf-b67c-6a194b59bfdf',3,'whole','scan','arrival','2026-03-03 08:00:00','2026-03-03 08:00:00','2026-03-03 08:00:00',1,0.1,100,100,1,0.0,1,'{}','{"as_of":"2026-03-03T08:00:00+00:00","clock":"arrival","total":[1,100,100,0],"directories":0,"symlinks":0,"others":0,"birth_times":0,"oldest":null,"newest":null,"by_age":{},"by_owner":{},"by_directory":{},"oldest_by_directory":{},"by_type":{},"largest":[],"errors":{},"tree":[[0,"",[1,100,100,0,0,0],0,0]],"links":[]}','[[1772438400,100]]',NULL,'[{"level":"ok","used":100,"limit":1000,"unit":"bytes","title":"hard quota","due":null,"from_history":false,"facts":[],"policy":"quota_hard","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_hard"},{"level":"ok","used":0.0,"limit":1e+18,"unit":"byte-days","title":"temporal quota","due":null,"from_history":true,"facts":[],"policy":"quota_temporal","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_temporal"}]',NULL);
INSERT INTO "scan" VALUES('771aa3be-0688-4e7d-9df5-8d52453f5e14',1,'whole','scan','arrival','2026-03-04 08:00:00','2026-03-04 08:00:00','2026-03-04 08:00:00',1,0.1,1202,1202,2,0.0,1,'{}','{"as_of":"2026-03-04T08:00:00+00:00","clock":"arrival","total":[2,1202,1202,0],"directories":0,"symlinks":0,"others":0,"birth_times":0,"oldest":null,"newest":null,"by_age":{},"by_owner":{},"by_directory":{},"oldest_by_directory":{},"by_type":{},"largest":[],"errors":{},"tree":[[0,"",[2,1202,1202,0,0,0],0,0]],"links":[]}','[[1772438400,1200],[1772524800,1201],[1772611200,1202]]',NULL,'[{"level":"over","used":1202,"limit":1000,"unit":"bytes","title":"hard quota","due":null,"from_history":false,"facts":[],"policy":"quota_hard","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_hard"},{"level":"ok","used":0.0,"limit":1e+18,"unit":"byte-days","title":"temporal quota","due":null,"from_history":true,"facts":[],"policy":"quota_temporal","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_temporal"}]',NULL);
INSERT INTO "scan" VALUES('e743628e-d012-4785-995f-43f4e36248eb',2,'whole','scan','arrival','2026-03-04 08:00:00','2026-03-04 08:00:00','2026-03-04 08:00:00',1,0.1,500,500,1,0.0,1,'{}','{"as_of":"2026-03-04T08:00:00+00:00","clock":"arrival","total":[1,500,500,0],"directories":0,"symlinks":0,"others":0,"birth_times":0,"oldest":null,"newest":null,"by_age":{},"by_owner":{},"by_directory":{},"oldest_by_directory":{},"by_type":{},"largest":[],"errors":{},"tree":[[0,"",[1,500,500,0,0,0],0,0]],"links":[]}','[[1772438400,500]]',NULL,'[{"level":"ok","used":500,"limit":1000,"unit":"bytes","title":"hard quota","due":null,"from_history":false,"facts":[],"policy":"quota_hard","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_hard"},{"level":"ok","used":0.0,"limit":1e+18,"unit":"byte-days","title":"temporal quota","due":null,"from_history":true,"facts":[],"policy":"quota_temporal","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_temporal"}]',NULL);
INSERT INTO "scan" VALUES('657992e9-7bf3-4a89-acd5-858c8951ba42',3,'whole','scan','arrival','2026-03-04 08:00:00','2026-03-04 08:00:00','2026-03-04 08:00:00',1,0.1,100,100,1,0.0,1,'{}','{"as_of":"2026-03-04T08:00:00+00:00","clock":"arrival","total":[1,100,100,0],"directories":0,"symlinks":0,"others":0,"birth_times":0,"oldest":null,"newest":null,"by_age":{},"by_owner":{},"by_directory":{},"oldest_by_directory":{},"by_type":{},"largest":[],"errors":{},"tree":[[0,"",[1,100,100,0,0,0],0,0]],"links":[]}','[[1772438400,100]]',NULL,'[{"level":"ok","used":100,"limit":1000,"unit":"bytes","title":"hard quota","due":null,"from_history":false,"facts":[],"policy":"quota_hard","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_hard"},{"level":"ok","used":0.0,"limit":1e+18,"unit":"byte-days","title":"temporal quota","due":null,"from_history":true,"facts":[],"policy":"quota_temporal","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_temporal"}]',NULL);
INSERT INTO "scan" VALUES('10fc9adf-c658-4a93-92e3-c90f879ab9f1',1,'whole','scan','arrival','2026-03-05 08:00:00','2026-03-05 08:00:00','2026-03-05 08:00:00',1,0.1,1203,1203,2,0.0,1,'{}','{"as_of":"2026-03-05T08:00:00+00:00","clock":"arrival","total":[2,1203,1203,0],"directories":0,"symlinks":0,"others":0,"birth_times":0,"oldest":null,"newest":null,"by_age":{},"by_owner":{},"by_directory":{},"oldest_by_directory":{},"by_type":{},"largest":[],"errors":{},"tree":[[0,"",[2,1203,1203,0,0,0],0,0]],"links":[]}','[[1772438400,1200],[1772524800,1201],[1772611200,1202],[1772697600,1203]]',NULL,'[{"level":"over","used":1203,"limit":1000,"unit":"bytes","title":"hard quota","due":null,"from_history":false,"facts":[],"policy":"quota_hard","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_hard"},{"level":"ok","used":0.0,"limit":1e+18,"unit":"byte-days","title":"temporal quota","due":null,"from_history":true,"facts":[],"policy":"quota_temporal","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_temporal"}]',NULL);
INSERT INTO "scan" VALUES('9de4935f-d24c-4256-9ea8-c4e317bc1718',2,'whole','scan','arrival','2026-03-05 08:00:00','2026-03-05 08:00:00','2026-03-05 08:00:00',1,0.1,300,300,1,0.0,1,'{}','{"as_of":"2026-03-05T08:00:00+00:00","clock":"arrival","total":[1,300,300,0],"directories":0,"symlinks":0,"others":0,"birth_times":0,"oldest":null,"newest":null,"by_age":{},"by_owner":{},"by_directory":{},"oldest_by_directory":{},"by_type":{},"largest":[],"errors":{},"tree":[[0,"",[1,300,300,0,0,0],0,0]],"links":[]}','[[1772438400,300]]',NULL,'[{"level":"ok","used":300,"limit":1000,"unit":"bytes","title":"hard quota","due":null,"from_history":false,"facts":[],"policy":"quota_hard","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_hard"},{"level":"ok","used":0.0,"limit":1e+18,"unit":"byte-days","title":"temporal quota","due":null,"from_history":true,"facts":[],"policy":"quota_temporal","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_temporal"}]',NULL);
INSERT INTO "scan" VALUES('972463fb-421f-48ce-bd7e-4a47e62ae927',3,'whole','scan','arrival','2026-03-05 08:00:00','2026-03-05 08:00:00','2026-03-05 08:00:00',1,0.1,100,100,1,0.0,1,'{}','{"as_of":"2026-03-05T08:00:00+00:00","clock":"arrival","total":[1,100,100,0],"directories":0,"symlinks":0,"others":0,"birth_times":0,"oldest":null,"newest":null,"by_age":{},"by_owner":{},"by_directory":{},"oldest_by_directory":{},"by_type":{},"largest":[],"errors":{},"tree":[[0,"",[1,100,100,0,0,0],0,0]],"links":[]}','[[1772438400,100]]',NULL,'[{"level":"ok","used":100,"limit":1000,"unit":"bytes","title":"hard quota","due":null,"from_history":false,"facts":[],"policy":"quota_hard","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_hard"},{"level":"ok","used":0.0,"limit":1e+18,"unit":"byte-days","title":"temporal quota","due":null,"from_history":true,"facts":[],"policy":"quota_temporal","thresholds":[0.8,0.9,1.0],"milestone":null,"ahead":null,"left_at":null,"lifted":null,"move_to":"","plugin":"quota_temporal"}]',NULL);
INSERT INTO "scan" VALUES('8f4d7e52-b2aa-4e43-8765-04fe01df700f',3,'open','scan','arrival','2026-03-06 08:00:00','2026-03-06 08:00:00',NULL,0,0.0,0,0,0,0.0,1,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE "schema_migration" ("id" INTEGER NOT NULL PRIMARY KEY, "name" VARCHAR(255) NOT NULL, "applied" DATETIME NOT NULL);
INSERT INTO "schema_migration" VALUES(1,'0001_first','2026-12-01 13:27:56.723321');
INSERT INTO "schema_migration" VALUES(2,'0002_datasets','2026-12-01 13:27:56.757542');
INSERT INTO "schema_migration" VALUES(3,'0003_lifecycle','2026-12-01 13:27:56.821894');
CREATE TABLE "session" ("hash" VARCHAR(64) NOT NULL PRIMARY KEY, "name" VARCHAR(64) NOT NULL, "operator" INTEGER NOT NULL, "began_at" DATETIME NOT NULL, "expires_at" DATETIME NOT NULL);
CREATE TABLE "slice" ("id" VARCHAR(36) NOT NULL PRIMARY KEY, "scan_id" VARCHAR(36) NOT NULL, "directories" TEXT NOT NULL, "ordered_at" DATETIME NOT NULL, "lease_until" DATETIME, "attempts" INTEGER NOT NULL, FOREIGN KEY ("scan_id") REFERENCES "scan" ("id") ON DELETE CASCADE);
INSERT INTO "slice" VALUES('ebef5eb2-faf1-48f3-8c04-61f249659a58','8f4d7e52-b2aa-4e43-8765-04fe01df700f','[""]','2026-03-06 08:00:00',NULL,0);
CREATE TABLE "spent" ("hash" VARCHAR(64) NOT NULL PRIMARY KEY, "spent_at" DATETIME NOT NULL);
CREATE TABLE "store" ("name" VARCHAR(100) NOT NULL PRIMARY KEY, "mark" VARCHAR(36) NOT NULL, "marked_at" DATETIME NOT NULL);
CREATE TABLE "subject" ("id" INTEGER NOT NULL PRIMARY KEY, "kind" VARCHAR(16) NOT NULL, "key" TEXT NOT NULL, "place" VARCHAR(100) NOT NULL, "user_id" INTEGER NOT NULL, "contact" TEXT, FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE);
INSERT INTO "subject" VALUES(1,'area','/vol1/ada','vol1',1,NULL);
INSERT INTO "subject" VALUES(2,'area','/vol1/ben','vol1',2,NULL);
INSERT INTO "subject" VALUES(3,'area','/vol1/cleo','vol1',3,NULL);
INSERT INTO "subject" VALUES(4,'area','/vol1/dan','vol1',4,NULL);
CREATE TABLE "tar_member" ("id" INTEGER NOT NULL PRIMARY KEY, "replica_id" INTEGER NOT NULL, "name" TEXT NOT NULL, "size" INTEGER NOT NULL, "hash" TEXT NOT NULL, FOREIGN KEY ("replica_id") REFERENCES "replica" ("id") ON DELETE CASCADE);
CREATE TABLE "token" ("id" INTEGER NOT NULL PRIMARY KEY, "hash" VARCHAR(64) NOT NULL, "name" VARCHAR(64) NOT NULL, "label" TEXT NOT NULL, "scopes" VARCHAR(100) NOT NULL, "created_at" DATETIME NOT NULL, "expires_at" DATETIME NOT NULL);
CREATE TABLE "transfer_slice" ("id" VARCHAR(36) NOT NULL PRIMARY KEY, "journal_id" VARCHAR(36) NOT NULL, "replica" INTEGER NOT NULL, "first" INTEGER NOT NULL, "last" INTEGER NOT NULL, "turn" INTEGER NOT NULL, "tries" INTEGER NOT NULL, "lease_until" DATETIME, FOREIGN KEY ("journal_id") REFERENCES "journal" ("id") ON DELETE CASCADE);
CREATE TABLE "user_usage" ("id" INTEGER NOT NULL PRIMARY KEY, "load_id" VARCHAR(36) NOT NULL, "volume" VARCHAR(100) NOT NULL, "uid" INTEGER NOT NULL, "gid" INTEGER NOT NULL, "bytes" INTEGER NOT NULL, "files" INTEGER NOT NULL, "newest" INTEGER NOT NULL, FOREIGN KEY ("load_id") REFERENCES "load" ("id") ON DELETE CASCADE);
CREATE TABLE "users" ("id" INTEGER NOT NULL PRIMARY KEY, "name" VARCHAR(250) NOT NULL, "uid" INTEGER, "full_name" TEXT NOT NULL, "full_name_from" VARCHAR(8) NOT NULL, "email" TEXT, "email_from" VARCHAR(8) NOT NULL, "notify" INTEGER NOT NULL, "added_at" DATETIME NOT NULL, "chat" TEXT, "language" VARCHAR(16), "timezone" VARCHAR(64), "digest" VARCHAR(8) NOT NULL, "digested_at" DATETIME);
INSERT INTO "users" VALUES(1,'ada',NULL,'Ada','operator','ada@example.org','operator',1,'2026-03-02 08:00:00',NULL,NULL,NULL,'off',NULL);
INSERT INTO "users" VALUES(2,'ben',NULL,'Ben','operator','ben@example.org','operator',1,'2026-03-02 08:00:00',NULL,NULL,NULL,'off',NULL);
INSERT INTO "users" VALUES(3,'cleo',NULL,'Cleo','operator','cleo@example.org','operator',1,'2026-03-02 08:00:00',NULL,NULL,NULL,'off',NULL);
INSERT INTO "users" VALUES(4,'dan',NULL,'Dan','operator','dan@example.org','operator',1,'2026-03-02 08:00:00',NULL,NULL,NULL,'off',NULL);
CREATE TABLE "vault_file" ("id" INTEGER NOT NULL PRIMARY KEY, "load_id" VARCHAR(36) NOT NULL, "volume" VARCHAR(100) NOT NULL, "vault" TEXT NOT NULL, "state" VARCHAR(8) NOT NULL, "path" TEXT NOT NULL, "uid" INTEGER NOT NULL, "gid" INTEGER NOT NULL, "bytes" INTEGER NOT NULL, "modified" INTEGER NOT NULL, FOREIGN KEY ("load_id") REFERENCES "load" ("id") ON DELETE CASCADE);
CREATE TABLE "wish" ("id" INTEGER NOT NULL PRIMARY KEY, "subject_id" INTEGER NOT NULL, "policy" VARCHAR(100) NOT NULL, "until" DATETIME NOT NULL, "reason" TEXT NOT NULL, "asked_at" DATETIME NOT NULL, "decided_at" DATETIME, "granted" INTEGER, "answer" TEXT NOT NULL, FOREIGN KEY ("subject_id") REFERENCES "subject" ("id") ON DELETE CASCADE);
CREATE UNIQUE INDEX "schema_migration_name" ON "schema_migration" ("name");
CREATE UNIQUE INDEX "users_name" ON "users" ("name");
CREATE INDEX "subject_user_id" ON "subject" ("user_id");
CREATE UNIQUE INDEX "subject_kind_key" ON "subject" ("kind", "key");
CREATE INDEX "area_user_id" ON "area" ("user_id");
CREATE UNIQUE INDEX "area_subject_id" ON "area" ("subject_id");
CREATE INDEX "area_volume" ON "area" ("volume");
CREATE UNIQUE INDEX "area_path" ON "area" ("path");
CREATE INDEX "area_last_attempt" ON "area" ("last_attempt");
CREATE UNIQUE INDEX "area_volume_directory" ON "area" ("volume", "directory");
CREATE INDEX "area_by_level" ON "area" ("level" DESC, "path");
CREATE INDEX "area_standing" ON "area" ("volume", "level", "last_scanned");
CREATE INDEX "area_by_size" ON "area" ("volume", "size" DESC);
CREATE INDEX "area_of_user" ON "area" ("user_id", "path");
CREATE UNIQUE INDEX "binding_name" ON "binding" ("name");
CREATE UNIQUE INDEX "binding_issuer_subject" ON "binding" ("issuer", "subject");
CREATE INDEX "change_at" ON "change" ("at");
CREATE INDEX "message_user_id" ON "message" ("user_id");
CREATE INDEX "message_by_user" ON "message" ("user_id", "created_at");
CREATE INDEX "message_by_time" ON "message" ("created_at");
CREATE INDEX "message_held" ON "message" ("created_at") WHERE mode = 'held';
CREATE INDEX "delivery_message_id" ON "delivery" ("message_id");
CREATE UNIQUE INDEX "delivery_message_id_channel_address" ON "delivery" ("message_id", "channel", "address");
CREATE INDEX "delivery_due" ON "delivery" ("due_at") WHERE state IN ('queued', 'sending', 'retry');
CREATE INDEX "delivery_by_state" ON "delivery" ("state");
CREATE INDEX "load_ordered_at" ON "load" ("ordered_at");
CREATE UNIQUE INDEX "load_volume_name_mtime_size" ON "load" ("volume", "name", "mtime", "size");
CREATE INDEX "load_by_volume" ON "load" ("volume", "as_of");
CREATE INDEX "load_open" ON "load" ("ordered_at") WHERE state = 'open';
CREATE INDEX "directory_usage_load_id" ON "directory_usage" ("load_id");
CREATE INDEX "directory_usage_by_volume" ON "directory_usage" ("volume", "gid");
CREATE INDEX "directory_usage_by_bytes" ON "directory_usage" ("bytes" DESC);
CREATE INDEX "episode_subject_id" ON "episode" ("subject_id");
CREATE UNIQUE INDEX "episode_one_open" ON "episode" ("subject_id", "plugin", "policy") WHERE ended_at IS NULL;
CREATE INDEX "episode_open_by_policy" ON "episode" ("policy", "level") WHERE ended_at IS NULL;
CREATE INDEX "episode_unsettled" ON "episode" ("subject_id") WHERE NOT settled;
CREATE INDEX "event_subject_id" ON "event" ("subject_id");
CREATE INDEX "event_episode" ON "event" ("episode");
CREATE INDEX "event_by_subject" ON "event" ("subject_id", "at");
CREATE INDEX "exemption_subject_id" ON "exemption" ("subject_id");
CREATE INDEX "exemption_by_subject" ON "exemption" ("subject_id", "until");
CREATE INDEX "groups_name" ON "groups" ("name");
CREATE INDEX "group_limit_group_id" ON "group_limit" ("group_id");
CREATE UNIQUE INDEX "group_limit_group_id_volume" ON "group_limit" ("group_id", "volume");
CREATE UNIQUE INDEX "group_standing_gid_volume_as_of" ON "group_standing" ("gid", "volume", "as_of");
CREATE INDEX "group_standing_by_volume" ON "group_standing" ("volume", "as_of");
CREATE INDEX "group_standing_by_level" ON "group_standing" ("level" DESC, "bytes" DESC) WHERE latest;
CREATE INDEX "group_standing_by_bytes" ON "group_standing" ("bytes" DESC) WHERE latest;
CREATE INDEX "group_standing_by_newest" ON "group_standing" ("newest") WHERE latest;
CREATE INDEX "group_standing_by_gid" ON "group_standing" ("gid") WHERE latest;
CREATE INDEX "group_usage_load_id" ON "group_usage" ("load_id");
CREATE INDEX "group_usage_by_volume" ON "group_usage" ("volume", "gid");
CREATE INDEX "group_usage_by_gid" ON "group_usage" ("gid");
CREATE INDEX "group_usage_by_bytes" ON "group_usage" ("bytes" DESC);
CREATE INDEX "heard_message_id" ON "heard" ("message_id");
CREATE INDEX "heard_episode_id" ON "heard" ("episode_id");
CREATE INDEX "membership_group_id" ON "membership" ("group_id");
CREATE INDEX "membership_username" ON "membership" ("username");
CREATE UNIQUE INDEX "membership_group_id_username" ON "membership" ("group_id", "username");
CREATE INDEX "mute_user_id" ON "mute" ("user_id");
CREATE UNIQUE INDEX "mute_user_id_policy" ON "mute" ("user_id", "policy");
CREATE INDEX "scan_area_id" ON "scan" ("area_id");
CREATE INDEX "scan_failed" ON "scan" ("as_of") WHERE state = 'failed';
CREATE UNIQUE INDEX "scan_one_open_per_area" ON "scan" ("area_id") WHERE state = 'open';
CREATE INDEX "scan_by_area" ON "scan" ("area_id", "as_of");
CREATE INDEX "scan_open_by_progress" ON "scan" ("progress_at") WHERE state = 'open';
CREATE INDEX "scan_incomplete" ON "scan" ("id") WHERE NOT complete;
CREATE INDEX "session_expires_at" ON "session" ("expires_at");
CREATE INDEX "slice_scan_id" ON "slice" ("scan_id");
CREATE INDEX "slice_ordered_at" ON "slice" ("ordered_at");
CREATE INDEX "slice_lease_until" ON "slice" ("lease_until");
CREATE INDEX "spent_spent_at" ON "spent" ("spent_at");
CREATE UNIQUE INDEX "token_hash" ON "token" ("hash");
CREATE INDEX "token_name" ON "token" ("name");
CREATE INDEX "token_expires_at" ON "token" ("expires_at");
CREATE INDEX "user_usage_load_id" ON "user_usage" ("load_id");
CREATE INDEX "user_usage_by_bytes" ON "user_usage" ("bytes" DESC);
CREATE INDEX "user_usage_by_volume" ON "user_usage" ("volume", "gid", "bytes" DESC);
CREATE INDEX "user_usage_by_gid" ON "user_usage" ("gid", "bytes" DESC);
CREATE INDEX "vault_file_load_id" ON "vault_file" ("load_id");
CREATE INDEX "vault_file_by_volume" ON "vault_file" ("volume", "gid");
CREATE INDEX "wish_subject_id" ON "wish" ("subject_id");
CREATE INDEX "wish_open" ON "wish" ("subject_id") WHERE decided_at IS NULL;
CREATE INDEX "dataset_spec" ON "dataset" ("spec");
CREATE INDEX "dataset_owner" ON "dataset" ("owner");
CREATE INDEX "dataset_group_name" ON "dataset" ("group_name");
CREATE INDEX "dataset_registered_at" ON "dataset" ("registered_at");
CREATE INDEX "replica_dataset_id" ON "replica" ("dataset_id");
CREATE INDEX "replica_store" ON "replica" ("store");
CREATE INDEX "file_replica_id" ON "file" ("replica_id");
CREATE INDEX "file_place" ON "file" ("place");
CREATE UNIQUE INDEX "item_one_number_per_file" ON "item" ("dataset_id", "file", "number");
CREATE INDEX "journal_dataset" ON "journal" ("dataset");
CREATE INDEX "journal_began_at" ON "journal" ("began_at");
CREATE UNIQUE INDEX "journal_one_open_per_dataset" ON "journal" ("dataset") WHERE ended_at IS NULL;
CREATE INDEX "move_dataset" ON "move" ("dataset");
CREATE UNIQUE INDEX "store_mark" ON "store" ("mark");
CREATE INDEX "tar_member_replica_id" ON "tar_member" ("replica_id");
CREATE INDEX "transfer_slice_journal_id" ON "transfer_slice" ("journal_id");
CREATE INDEX "life_due_at" ON "life" ("due_at");
CREATE INDEX "life_expiring" ON "life" ("expires_at") WHERE expires_at IS NOT NULL;
CREATE INDEX "life_deciding" ON "life" ("deciding") WHERE deciding <> '';
CREATE UNIQUE INDEX "life_event_dataset_number" ON "life_event" ("dataset", "number");
COMMIT;
