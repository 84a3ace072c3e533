### La vue d’ensemble.

overview-title = Vue d’ensemble
overview-sub = Ce qui a été consigné récemment, par jour, par modèle et par utilisateur.
overview-sub-partial = Ce qui a été consigné récemment sur les modèles que vous pouvez voir.
overview-range = Jours affichés
overview-days = { $count ->
    [one] { $count } jour
   *[other] { $count } jours
}
overview-utc = Les jours sont ceux du temps universel (UTC), selon le moment où les opérations ont été consignées.
overview-by-day = Opérations par jour
overview-by-week = Opérations par semaine
overview-day = Jour
overview-all = Total
overview-table = Sous forme de tableau
overview-told = { $all } : { $parts }
overview-totals = Totaux
overview-all-logs = Journaux
overview-unrecorded = Hors de la piste
overview-unrecorded-of = { $count ->
    [one] { $count } a révélé un changement fait hors de la piste
   *[other] { $count } ont révélé des changements faits hors de la piste
}
overview-models = Modèles les plus actifs
overview-users = Utilisateurs les plus actifs
overview-quiet = Rien durant ces jours.
overview-latest = Derniers journaux
overview-latest-all = Tous les journaux
overview-date = Date
overview-operation = Opération
overview-record = Enregistrement
overview-model = Modèle
overview-user = Utilisateur
overview-summary = Résumé
overview-coverage = Couverture
overview-coverage-more = Voir les modèles concernés
overview-covered = Chaque opération signalée par les hôtes durant ces jours a été suivie par une règle.
overview-let-go = { $operations ->
    [one] { $written } opération n’a pas été retenue, faute de règle qui la suive
   *[other] { $written } opérations n’ont pas été retenues, faute de règle qui les suive
}, sur { $models ->
    [one] { $models } modèle.
   *[other] { $models } modèles.
}
overview-integrity-more = Points de contrôle et vérifications
overview-nothing = Rien n’est encore consigné
overview-nothing-why = Dès qu’un hôte signale une opération suivie par une règle, elle est comptée ici.
overview-new-rule = Nouvelle règle
overview-verified = Dernière vérification
