//! What owners and managers are told, and when.

use domain::indicator::Status;
use service::indicator::NewValue;

use crate::common::{NOW, both, execute, seed_staff};
use crate::{DAY, figure, give, import, mails, month, numbers, row, unit_id, year};

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_is_told_of_falling_behind_once_until_it_has_recovered() {
    both(|service| async move {
        seed_staff(&service).await;
        import(&service, &[figure("4", "取得率", "100%", "30.0%", "令和5年度")]).await;
        let id = row(&service, "取得率").await.id;
        give(&service, id, "A").await;
        let days = [
            (None, 1, "it is behind"),
            (Some(("31.0%", "令和6年度")), 0, "it is still behind"),
            (Some(("100%", "令和7年8月")), 0, "it has recovered"),
            (Some(("40.0%", "令和7年9月")), 1, "it has fallen behind again"),
            (None, 0, "and that was told"),
        ];
        for (day, (value, told, why)) in (0i64..).zip(days) {
            service.clock.set(NOW + day * DAY);
            if let Some((value, time)) = value {
                service.set_value(id, &NewValue::plain(value, time), None).await.expect("recorded");
            }
            assert_eq!(service.queue_digests().await.expect("queued"), told, "{why}");
        }
        let sent = mails(&service, "digest").await;
        assert_eq!(sent.len(), 2);
        assert!(sent.iter().all(|mail| mail.starts_with("n1001@example.org ") && mail.contains("取得率")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_could_be_told_is_told_once_there_is_a_manager() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let lines = ["取得率", "実施率"].map(|item| figure("4", item, "100%", "30.0%", "令和5年度"));
        import(&service, &lines).await;
        give(&service, row(&service, "取得率").await.id, "A").await;
        give(&service, row(&service, "実施率").await.id, "R").await;
        assert_eq!(service.queue_digests().await.expect("queued"), 1, "nobody manages the ministry");
        let sent = mails(&service, "digest").await;
        assert!(sent[0].contains("取得率") && !sent[0].contains("実施率"), "{}", sent[0]);

        service.clock.set(NOW + DAY);
        let root = unit_id(&service, "R").await;
        let grant = format!("INSERT INTO role_grant VALUES ({}, 'manager', {root})", staff[2]);
        execute(&service.settings.registry_url, &grant).await.expect("granted");
        assert_eq!(service.queue_digests().await.expect("queued"), 1);
        let sent = mails(&service, "digest").await;
        assert!(sent[1].starts_with("n1003@example.org ") && sent[1].contains("実施率"), "{}", sent[1]);
        service.clock.set(NOW + 2 * DAY);
        assert_eq!(service.queue_digests().await.expect("queued"), 0, "both were told");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_asked_today_is_reminded_a_day_later_and_once() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let past = ["2022", "2023", "2024"].map(|year| format!("A,office_hours,{year}-09,240,6,,\n"));
        numbers(&service, staff[1], &(past.concat() + "A,overtime_hours,2025-09,300,6,,\n")).await;
        service.set_ceilings(year(2025), None).await.expect("set");
        let (units, question) = ([unit_id(&service, "A").await], "首脳会談のほかに要因はありますか。");
        let asked = service.ask_explanations(month(2025, 9), &units, "2025-10-02", question, staff[1]).await;
        assert_eq!(asked.expect("asked").mails, 1);
        for (seconds, told) in [(0, 0), (DAY - 1, 0), (DAY, 1), (DAY + 1, 0), (2 * DAY, 0)] {
            service.clock.set(NOW + seconds);
            assert_eq!(service.remind_explanations().await.expect("reminded"), told, "after {seconds} s");
        }
        let sent = mails(&service, "explanation").await;
        assert_eq!(sent.len(), 2);
        assert!(sent.iter().all(|mail| mail.starts_with("n1001@example.org ") && mail.contains(question)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_every_fiscal_year_is_told_of_before_the_year_ends() {
    both(|service| async move {
        seed_staff(&service).await;
        // Reached last year is not reached this year; reached this year is.
        let line = |item: &str, as_of: &str| {
            format!("5-1,数値,{item},,毎年度35%以上,毎年度,36%,{as_of},30%,令和2年度,,\r\n")
        };
        import(&service, &[line("女性の採用", "令和6年度"), line("男性の採用", "令和7年度")]).await;
        for item in ["女性の採用", "男性の採用"] {
            let one = row(&service, item).await;
            assert_eq!(one.status.as_ref().map(|status| status.0), Some(Status::Achieved));
            give(&service, one.id, "A").await;
        }
        // From 1 October 2025: on 29 January 2026 61 days are left, a day later sixty.
        for (day, told) in [(0, 0), (120, 0), (121, 1), (122, 0)] {
            service.clock.set(NOW + day * DAY);
            assert_eq!(service.queue_digests().await.expect("queued"), told, "after {day} days");
        }
        let sent = mails(&service, "digest").await;
        assert!(sent[0].contains("女性の採用") && sent[0].contains("令和7年度末"), "{}", sent[0]);
        assert!(!sent[0].contains("男性の採用"), "{}", sent[0]);
    })
    .await;
}
