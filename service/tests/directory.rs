//! The roster between two imports: first and last days, units that retire, files that wait, looking people up, and the
//! roster as files. On both engines.

mod common;

use common::{NOW, both, open_campaign, seed_staff};
use domain::role::Role;
use domain::roster::Problem;
use domain::text::{Lang, Text};
use jiff::civil::date;
use service::browser::Known;
use service::registry::link::Purpose;
use service::registry::roster::{Access, Refused, Search, Show};
use service::registry::upload::{KEPT_SECONDS, Kind};
use service::{Error, Service};

const DAY: i64 = 86_400;
/// Somebody has a last day tomorrow, and where there is a thirteenth, their first day is the one after.
const LAST_DAY: &str = "2025-10-02";
const FIRST_DAY: &str = "2025-10-03";

/// The people of [`seed_staff`] with first and last days, and more lines.
fn dated(more: &str) -> String {
    let mut csv = String::from("staff_number,name,mail,unit_code,supervisor_number,role,hired_on,left_on\n");
    for n in 1001..=1012 {
        let (unit, boss) = if n <= 1006 { ("A", 1001) } else { ("B", 1007) };
        let boss = if n == boss { String::new() } else { boss.to_string() };
        let (role, last_day) = match n {
            1001 => ("manager", LAST_DAY),
            1002 => ("hr", ""),
            _ => ("", ""),
        };
        csv.push_str(&format!("{n},職員{n},n{n}@example.org,{unit},{boss},{role},2001-04-01,{last_day}\n"));
    }
    csv + more
}

async fn import(service: &Service, csv: &str) -> Result<(), Refused> {
    let (now, today) = (service.clock.now(), service.clock.today());
    service.registry.import_roster(csv.as_bytes(), None, now, today).await.map(|_| ())
}

async fn import_units(service: &Service, csv: &str) -> Result<usize, Refused> {
    service.registry.import_units(csv.as_bytes(), None, service.clock.now()).await
}

/// What is wrong with the first row of a refused file.
fn problem<T: std::fmt::Debug>(result: Result<T, Refused>) -> Problem {
    match result {
        Err(Refused::Rows(report)) => report.rows[0].problem.clone(),
        other => panic!("{other:?}"),
    }
}

async fn count(service: &Service) -> u64 {
    service.registry.staff_count().await.expect("a count")
}

#[tokio::test(flavor = "multi_thread")]
async fn people_join_and_leave_on_their_days() {
    both(|service| async move {
        let registry = &service.registry;
        let staff = seed_staff(&service).await;
        let thirteenth = format!("1013,職員1013,n1013@example.org,A,1001,,{FIRST_DAY},\n");
        import(&service, &dated(&thirteenth)).await.expect("accepted");
        assert_eq!(count(&service).await, 12, "one is still to come");

        registry.keep_standing(NOW + DAY, date(2025, 10, 2)).await.expect("kept");
        assert_eq!(count(&service).await, 12);
        assert!(registry.person(staff[0]).await.expect("the last day").has(Role::Manager));

        registry.keep_standing(NOW + 2 * DAY, date(2025, 10, 3)).await.expect("kept");
        assert!(matches!(registry.auth_hash(staff[0]).await, Err(Error::NotFound)), "cannot sign in");
        assert!(!registry.active_staff().await.expect("staff").contains(&staff[0]));
        assert_eq!(count(&service).await, 12, "one has left, one has come");
        registry.keep_standing(NOW + 2 * DAY, date(2025, 10, 3)).await.expect("kept");
        let told = registry.events(None, 50).await.expect("events");
        let told: Vec<&str> =
            told.iter().filter(|e| e.what == "roster.day").map(|e| e.detail.as_str()).collect();
        assert_eq!(told, ["1 joined, 1 left"], "written down once");

        // What is left of the roster is sound: nobody has a superior who is gone.
        service.clock.set(NOW + 2 * DAY);
        let file = registry.staff_csv(service.clock.today(), Lang::Ja).await.expect("a file");
        let preview = registry.preview_roster(file.as_bytes(), service.clock.today()).await.expect("sound");
        assert_eq!((preview.rows.len(), preview.changes().unchanged.len()), (12, 12));
        // A mistake in the dates is mended by the next file.
        import(&service, &dated("").replace(LAST_DAY, "2025-12-31")).await.expect("accepted");
        assert_eq!(registry.person(staff[0]).await.expect("back").number, "1001");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn terms_count_nobody_who_left_yesterday() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        import(&service, &dated("")).await.expect("accepted");
        service.clock.set(NOW + 2 * DAY);
        let id = open_campaign(&service).await;
        let known = Known::read(&service, &id).await.expect("terms");
        assert_eq!(known.terms.strata.iter().map(|s| s.size).sum::<u32>(), 11);
        assert!(matches!(service.registry.person(staff[0]).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_waits_for_one_day() {
    both(|service| async move {
        let registry = &service.registry;
        let staff = seed_staff(&service).await;
        let bytes = || "a,b\n".as_bytes().to_vec();
        registry.stage_roster(staff[1], Kind::Units, "units.csv", bytes(), NOW).await.expect("kept");
        let waiting = registry.staged_roster(staff[1], NOW).await.expect("read").expect("a file");
        assert_eq!((waiting.kind, waiting.name.as_str()), (Kind::Units, "units.csv"));
        registry.stage_roster(staff[1], Kind::Staff, "staff.csv", bytes(), NOW).await.expect("kept");
        let waiting = registry.staged_roster(staff[1], NOW).await.expect("read").expect("a file");
        assert_eq!((waiting.kind, waiting.name.as_str()), (Kind::Staff, "staff.csv"));

        registry.delete_expired_uploads(NOW + KEPT_SECONDS).await.expect("looked");
        assert!(registry.staged_roster(staff[1], NOW).await.expect("read").is_some());
        registry.delete_expired_uploads(NOW + KEPT_SECONDS + 1).await.expect("looked");
        assert!(registry.staged_roster(staff[1], NOW).await.expect("read").is_none(), "gone for good");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_present_files_change_nothing() {
    both(|service| async move {
        seed_staff(&service).await;
        let more = "1013,=1+1,n1013@example.org,A,1001,administrator;executive,2025-11-01,\n";
        import(&service, &dated(more)).await.expect("accepted");
        let units = "unit_code,name,kind,parent_code,region,region_en,retired\n\
                     M,\"在欧州, 大使館\",mission,R,欧州,Europe,\nO,旧課,division,R,,,yes\n";
        import_units(&service, units).await.expect("accepted");
        let today = service.clock.today();
        for lang in [Lang::Ja, Lang::En] {
            let units = service.registry.units_csv(lang).await.expect("a file");
            let preview = service.registry.preview_units(units.as_bytes(), NOW).await.expect("sound");
            assert_eq!((preview.rows.len(), preview.changes().unchanged.len()), (5, 5), "{units}");
            let staff = service.registry.staff_csv(today, lang).await.expect("a file");
            assert!(staff.contains(",'=1+1,"), "{staff}");
            let preview = service.registry.preview_roster(staff.as_bytes(), today).await.expect("sound");
            assert_eq!((preview.rows.len(), preview.changes().unchanged.len()), (13, 13), "{staff}");
            assert!(preview.changes().leavers.is_empty());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn units_without_people_retire_and_come_back() {
    both(|service| async move {
        let registry = &service.registry;
        seed_staff(&service).await;
        let header = "unit_code,name,kind,parent_code,retired\n";
        assert_eq!(
            problem(import_units(&service, &format!("{header}B,乙課,division,R,yes\n")).await),
            Problem::UnitHasPeople
        );
        let c = |retired: &str| format!("{header}C,丙課,division,R,{retired}\n");
        import_units(&service, &c("")).await.expect("accepted");
        assert_eq!(registry.headcount().await.expect("units").len(), 4);
        let in_c = "1013,職員1013,n1013@example.org,C,,,,\n";
        import(&service, &dated(in_c)).await.expect("accepted");
        assert_eq!(problem(import_units(&service, &c("yes")).await), Problem::UnitHasPeople);
        import(&service, &dated("")).await.expect("accepted");
        let preview = registry.preview_units(c("yes").as_bytes(), NOW).await.expect("sound");
        assert_eq!((preview.changes().retired.len(), preview.changes().absent), (1, 3));
        import_units(&service, &c("yes")).await.expect("accepted: who worked there has left");
        assert_eq!(registry.headcount().await.expect("units").len(), 3);
        assert_eq!(registry.retired_units().await.expect("a count"), 1);
        assert_eq!(problem(import(&service, &dated(in_c)).await), Problem::RetiredUnit);
        // Terms are fixed without it.
        let id = open_campaign(&service).await;
        assert_eq!(Known::read(&service, &id).await.expect("terms").terms.strata.len(), 2);
        import_units(&service, &c("")).await.expect("accepted");
        assert_eq!(registry.retired_units().await.expect("a count"), 0);
        import(&service, &dated(in_c)).await.expect("accepted");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_follow_the_top_of_the_tree() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let csv = "unit_code,name,kind,parent_code\nN,新省,headquarters,\nR,旧省,bureau,N\n";
        import_units(&service, csv).await.expect("accepted");
        let hr = service.registry.person(staff[1]).await.expect("a person");
        let scope = service.registry.scope(&hr, Role::Hr).await.expect("a scope");
        assert_eq!(scope.len(), 4, "the new top and everything below");
        let manager = service.registry.person(staff[0]).await.expect("a person");
        let scope = service.registry.scope(&manager, Role::Manager).await.expect("a scope");
        assert_eq!(Vec::from_iter(scope), [manager.unit_id]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn regions_are_named_in_both_languages() {
    both(|service| async move {
        seed_staff(&service).await;
        let units = "unit_code,name,kind,parent_code,region,region_en\n\
                     M1,在甲大使館,mission,R,欧州,\nM2,在乙大使館,mission,R,欧州,Europe\n";
        import_units(&service, units).await.expect("accepted");
        let more: String =
            (1013..1023).map(|n| format!("{n},職員{n},n{n}@example.org,M{},,,,\n", 1 + n % 2)).collect();
        import(&service, &dated(&more)).await.expect("accepted");
        let units = service.registry.headcount().await.expect("units");
        assert!(units.iter().any(|u| u.region == Text::new("欧州", "Europe")));
        let id = open_campaign(&service).await;
        let campaign = service.registry.campaign(&id).await.expect("a campaign");
        let regions = service.responses(&campaign).await.expect("figures").regions;
        assert_eq!(regions.len(), 1);
        assert_eq!(regions[0].name, Text::new("欧州", "Europe"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_found_with_roles_and_access() {
    both(|service| async move {
        let registry = &service.registry;
        let staff = seed_staff(&service).await;
        let more = "1013,職員1013,n1013@example.org,B,1007,administrator,2025-11-01,\n";
        import(&service, &dated(more)).await.expect("accepted");
        registry.set_password(staff[0], "seven quiet herons by the lake", NOW).await.expect("set");
        registry.create_link(staff[1], Purpose::Activate, NOW).await.expect("a link");
        let today = service.clock.today();
        let search = |text: &str, show: Show| Search { text: text.into(), show, today };
        for (text, show, found) in [
            ("", Show::Everybody, 13),
            ("職員100", Show::Everybody, 9),
            ("１００２", Show::Everybody, 1),
            ("N1002@EXAMPLE", Show::Everybody, 1),
            ("division b", Show::Everybody, 7),
            ("乙課", Show::WithRole, 1),
            ("", Show::WithRole, 3),
            ("", Show::WithoutPassword, 12),
            ("%", Show::Everybody, 0),
            ("_", Show::Everybody, 0),
            ("'; DROP TABLE staff; --", Show::Everybody, 0),
            ("\u{0}", Show::Everybody, 13),
            ("1001", Show::WithoutPassword, 0),
        ] {
            let search = search(text, show);
            assert_eq!(registry.people_count(&search).await.expect("a count"), found, "{search:?}");
            let listed = registry.people(&search, 0, 50, NOW).await.expect("people");
            assert_eq!(listed.len() as u64, found, "{search:?}");
        }
        let everybody = search("", Show::Everybody);
        let people = registry.people(&everybody, 0, 50, NOW).await.expect("people");
        let of = |at: usize| (people[at].number.as_str(), people[at].roles.as_slice(), people[at].access);
        assert_eq!(of(0), ("1001", [Role::Manager].as_slice(), Access::Password));
        assert_eq!(of(1), ("1002", [Role::Hr].as_slice(), Access::Invited));
        assert_eq!(of(2), ("1003", [].as_slice(), Access::Nothing));
        assert_eq!(of(12), ("1013", [Role::Administrator].as_slice(), Access::From(date(2025, 11, 1))));
        assert_eq!(people[0].unit, Text::new("甲課", "Division A"));
        let rest = registry.people(&everybody, 10, 5, NOW).await.expect("people");
        assert_eq!(rest.iter().map(|p| p.number.as_str()).collect::<Vec<_>>(), ["1011", "1012", "1013"]);
        // A link that has expired lets nobody in.
        let later = registry.people(&everybody, 1, 1, NOW + 4 * DAY).await.expect("people");
        assert_eq!(later[0].access, Access::Nothing);
    })
    .await;
}
