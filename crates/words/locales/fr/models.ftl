### models

models-one = Modèle
models-title = Modèles
models-lead = Les sortes d’enregistrements que des hôtes ont rapportées.
models-none = Pas encore de modèle
models-none-lead = Un modèle apparaît ici quand un hôte le déclare ou rapporte une opération sur lui, et quand l’un de vos groupes peut lire ses journaux.
models-technical = Nom technique
models-viewers-short = Lisible par
models-viewers-nobody = Administrateurs, auditeurs
models-logs-of = Journaux de { $model }
models-settings = Réglages
models-settings-of = Réglages de { $model }
models-ways = Ce que l’on en sait
models-records = Enregistrements
models-let-go = { $count ->
    [one] { $count } opération laissée de côté
   *[other] { $count } opérations laissées de côté
}
models-seen = non déclaré
models-declared = L’hôte déclare ses champs, et lesquels sont sensibles, personnels, ignorés ou réservés à des groupes. Pour y changer quelque chose, déclarez le modèle de nouveau avec la clé de l’hôte.
models-undeclared = L’hôte n’a pas déclaré ce modèle : ses champs sont ceux vus dans les opérations. Aucun n’est sensible, ignoré ou caché tant que l’hôte ne le dit pas.
models-fields = Champs
models-field = Champ
models-type = Type
models-treated = Dans les journaux
models-visible = Visible par
models-visible-all = Tous ceux qui lisent le modèle
models-name-field = nomme l’enregistrement
models-guessed = deviné
models-words = { $count ->
    [one] { $count } valeur
   *[other] { $count } valeurs
}
models-sensitive = sensible
models-sensitive-why = La valeur n’est jamais gardée ni montrée : un journal montre qu’elle a changé.
models-personal = personnel
models-personal-why = La valeur concerne une personne : elle est gardée chiffrée, et peut être effacée. Ce qui a été consigné avant que le champ soit marqué reste tel quel.
models-subject = désigne la personne concernée
models-ignored = ignoré
models-ignored-why = Ses seules modifications ne font pas de journal, et il n’est dans aucun.
models-kept = ancienne et nouvelle valeur
models-type-char = texte
models-type-text = texte long
models-type-html = texte balisé
models-type-integer = nombre entier
models-type-float = nombre
models-type-monetary = montant
models-type-boolean = oui ou non
models-type-date = jour
models-type-datetime = heure
models-type-selection = choix
models-type-many2one = un enregistrement de
models-type-one2many = des enregistrements de
models-type-many2many = des enregistrements de
models-type-reference = un enregistrement de n’importe quel modèle
models-type-binary = fichier
models-type-json = JSON
models-viewers = Qui lit ses journaux
models-viewers-groups = Groupes
models-viewers-help = Outre les administrateurs et les auditeurs, qui lisent tout. Les groupes sont comparés par leur nom à ceux des personnes qui se connectent.
models-viewers-warning = Les membres de ces groupes lisent tous les journaux et tous les enregistrements de ce modèle, passés compris, avec anciennes et nouvelles valeurs. Seuls manquent les valeurs sensibles et les champs réservés à d’autres groupes.
models-viewers-none = Seulement les administrateurs et les auditeurs.
models-done-viewers = Enregistré. Cela vaut dès maintenant, pour les journaux passés aussi.
