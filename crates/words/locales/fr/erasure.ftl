### L’effacement de ce qui est gardé d’une personne.

erasure-title = Effacement
erasure-sub = Ce qui est gardé d’une personne peut être effacé pour toujours. Chaque journal reste à sa place, et chaque preuve tient encore.
erasure-open = Effacer des données personnelles
erasure-find = Une personne concernée
erasure-find-why = L’enregistrement que les valeurs personnelles concernent : pour la plupart des modèles, l’enregistrement lui-même ; pour d’autres, celui qu’un champ désigne, comme le client d’une commande.
erasure-host = Hôte
erasure-model = Modèle
erasure-record = Identifiant de l’enregistrement
erasure-look = Regarder
erasure-history = Historique
erasure-logs = Journaux
erasure-about = Les valeurs de cet enregistrement concernent { $subject }.
erasure-nothing = Rien n’est gardé qui puisse être effacé.
erasure-before = Effacé par { $by }
erasure-count-logs = { $count ->
    [one] { $count } journal contient
   *[other] { $count } journaux contiennent
} des valeurs personnelles de cette personne,
erasure-count-records = { $count ->
    [one] de { $count } enregistrement,
   *[other] de { $count } enregistrements,
}
erasure-since = gardées depuis
erasure-warning = Personne ne peut revenir là-dessus. Toutes les valeurs personnelles de cette personne sont ensuite illisibles, dans chaque journal, chaque historique et chaque export. Ce qu’un hôte rapporte d’elle plus tard est gardé à nouveau : effacez-la d’abord là-bas.
erasure-reason = Raison
erasure-reason-help = Elle est consignée et jamais effacée : n’y nommez personne.
erasure-confirm = Pour confirmer, tapez l’identifiant de l’enregistrement : { $record }
erasure-confirm-wrong = Ce n’est pas l’identifiant de l’enregistrement.
erasure-submit = Effacer pour toujours
erasure-done = Effacé. La clé est détruite, et l’effacement est consigné.
erasure-done-not-cleared = Effacé : la clé est détruite, et l’effacement est consigné. Ce que la base garde à côté de ses tables n’a pas pu être nettoyé à l’instant ; cela partira à son prochain point de contrôle.
erasure-list = Effacements
erasure-none = Rien n’a encore été effacé.
erasure-whom = Personne concernée
erasure-when = Quand
erasure-by = Par
erasure-limits = Ce qui n’est pas effacé ici
erasure-limit-open = Ce qui a été consigné avant que son champ soit marqué comme personnel, les identifiants, et ce que d’autres champs disent de la personne.
erasure-limit-backups = Les sauvegardes faites avant : elles contiennent la clé. Qui en restaure une efface à nouveau, d’après la liste que `revisor erase --list` affiche.
erasure-limit-hosts = Les données des hôtes eux-mêmes, et les opérations qui attendent dans leurs files d’envoi.
erasure-limit-logins = Qui a fait quoi : identifiants, noms et adresses des utilisateurs font partie de chaque journal.
